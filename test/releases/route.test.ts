import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import { describe, it } from 'mocha';
import { Refusal } from '../../src/base/errors.ts';
import { compareReleases, parseRelease } from '../../src/base/release.ts';
import { findRoute } from '../../src/releases/route.ts';

const read = (path: string) => JSON.parse(readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8'));
const graph = read('src/releases/graph.json');
const databasesOf = (release: string) =>
  graph.releases.findLast(({ since }: { since: string }) => compareReleases(parseRelease(release)!, parseRelease(since)!) >= 0);
const way = (from: string, to: string) => findRoute(from, to).hops.reduce((text, hop) => `${text} ${hop.to}`, from);

describe('what is known of releases', () => {
  it('is as its schema says', () => {
    const validate = new Ajv({ allErrors: true, strict: true }).compile(read('schemas/releases.json'));
    validate(graph);
    assert.equal(validate.errors, null);
  });

  it('is in order', () => {
    for (const list of [
      graph.known,
      graph.releases.map(({ since }: { since: string }) => since),
      graph.crossings.map(({ at }: { at: string }) => at),
    ] as string[][]) {
      const sorted = list.toSorted((a, b) => compareReleases(parseRelease(a)!, parseRelease(b)!));
      assert.deepEqual(list, sorted);
    }
  });

  it('is which databases each release ships: Elasticsearch, MongoDB, Redis', () => {
    const shipped = (release: string) => {
      const { elasticsearch, mongo, redis } = databasesOf(release);
      return [elasticsearch, mongo, redis].join(' ').trimEnd();
    };
    const table: Readonly<Record<string, readonly string[]>> = Object.groupBy(graph.known as string[], shipped) as Record<string, string[]>;
    const spans = Object.entries(table).map(([databases, releases]) => `${releases[0]} to ${releases.at(-1)}: ${databases}`);
    assert.deepEqual(spans, [
      '0.9.0 to 0.11.0: 5.6.16 3.6.5',
      '0.12.0 to 0.15.1: 5.6.16 3.6.5 5.0',
      '0.16.0 to 1.1.1: 7.6.2 3.6.5 5.0',
      '1.2.0 to 1.2.0: 7.16.2 3.6.23 5.0',
      '1.3.0 to 1.9.2: 7.16.2 4.4.9 5.0',
      '1.10.0 to 1.14.1: 7.17.7 4.4.9 5.0',
      '1.15.0 to 1.16.2: 7.17.18 4.4.29 6.2',
      '1.17.0 to 1.17.1: 8.15.3 5.0.26 6.2',
      '2.0.0 to 2.2.0: 8.17.0 6.0.19 7.4.1',
      '2.3.0 to 2.3.0: 8.17.0 7.0.22 7.4.1',
      '2.4.0 to 2.4.0: 8.19.9',
    ]);
  });
});

describe('the way', () => {
  const ways: readonly string[] = [
    '0.15.1 0.16.1',
    '0.14 0.16.1 2.3'.replace('0.16.1 2.3', '0.16.1 1.16.2 1.17.1 2.1.0 2.3'),
    '0.9.0 0.16.1 0.17.0',
    '0.13.0-262 0.15.1',
    '0.16.1 1.16.2',
    '0.17.0 1.16.2 1.17.1',
    '1.2.0 1.9.2',
    '1.9.2 1.16.2 1.17.1',
    '1.10.0 1.17.1',
    '1.16.2 1.17.1 2.0.0',
    '1.17.0 2.1.0 2.3.0',
    '2.1.0 2.3.0',
    '2.0.0 2.4.0',
  ];
  for (const stops of ways) {
    const all = stops.split(' ');
    it(`from ${all[0]} to ${all.at(-1)} is ${stops}`, () => assert.equal(way(all[0]!, all.at(-1)!), stops));
  }

  it('never takes Elasticsearch to 8 from before 7.17, nor MongoDB over a major version', () => {
    const order = ['3', '4', '5', '6', '7'];
    for (const release of (graph.known as string[]).filter((one) => one !== '2.4.0')) {
      for (const { from, to, steps } of findRoute(release, '2.3.0').hops) {
        const [before, after] = [databasesOf(from), databasesOf(to)];
        if (Number.parseInt(after.elasticsearch, 10) === 8) assert.ok(/^(7\.17|8)\./.test(before.elasticsearch), `${from} → ${to}`);
        const copied = steps.some((text: string) => text.includes('3.6 > 4.0 > 4.2 > 4.4'));
        assert.ok(copied || order.indexOf(after.mongo[0]) - order.indexOf(before.mongo[0]) <= 1, `${from} → ${to}`);
      }
    }
  });

  it('says what the hop to 0.16 needs, does and warns of', () => {
    const [hop] = findRoute('0.13.0', '0.16.1').hops;
    assert.ok(hop!.needs.includes('8 GB of memory'));
    assert.match(hop!.steps.join('\n'), /copy the Elasticsearch 5\.6 data/);
    assert.match(hop!.warnings.join('\n'), /fixed users/);
    assert.doesNotMatch(findRoute('0.15.1', '0.16.1').hops[0]!.warnings.join('\n'), /fixed users/);
  });

  it('says of each stop why it must not be left out, and by whose word', () => {
    const said = findRoute('0.14', '2.3').hops.map(({ warnings }) => warnings.find((text) => /must not be left out/.test(text)));
    assert.deepEqual(
      said.map((text) => text?.replace(/: .* \(/, ': … (')),
      [
        '0.16.1 must not be left out on the way to 2.3: … (official page Upgrading Trains Server from v0.15 or Older)',
        '1.16.2 must not be left out on the way to 2.3: … (Elasticsearch 8: cannot upgrade a node from version [7.16.1] directly; telekom-security/tpotce#1253)',
        '1.17.1 must not be left out on the way to 2.3: … (clearml/clearml-server#267, #273)',
        '2.1.0 must not be left out on the way to 2.3: … (clearml-server 2.1.0 and 2.3.0: docker-compose.yml)',
        undefined,
      ],
    );
  });

  it('asks before each hop for the format that MongoDB has to have by then', () => {
    const asked = (from: string, to: string) =>
      findRoute(from, to).hops.flatMap(({ needs }) => needs.flatMap((text) => /^MongoDB's .* at (\S\.\d)/.exec(text)?.[1] ?? []));
    assert.deepEqual(asked('1.16.2', '2.3.0'), ['4.4', '5.0', '6.0']);
    assert.match(findRoute('2.2.0', '2.3.0').hops[0]!.needs.join(), /at 6\.0: 2\.2\.0 leaves it where it was/);
  });

  it('warns of MongoDB in a Docker volume on Windows from every release that had it there', () => {
    for (const from of ['0.12.1', '0.15', '0.15.0'])
      assert.match(findRoute(from, '0.16.1').hops[0]!.warnings.join(), /on Windows up to 0\.15\.0 .* \(docker-compose-win10\.yml/, from);
    assert.doesNotMatch(findRoute('0.15.1', '0.16.1').hops[0]!.warnings.join(), /Windows/);
  });

  it('renames the variables where the compose file does: not before 1.0', () => {
    const renames = (from: string, to: string) => findRoute(from, to).hops.some(({ steps }) => /CLEARML_\*/.test(steps.join()));
    assert.deepEqual([renames('0.16.1', '0.17.0'), renames('0.17.0', '1.0.2'), renames('0.16.1', '1.1.1')], [false, true, true]);
  });

  it('to where one is has no hop', () => assert.deepEqual(findRoute('0.16.1', '0.16.1-320'), { hops: [] }));

  const refused: readonly (readonly [string, string, RegExp, RegExp])[] = [
    ['0.16.1', '0.15.1', /0\.15\.1 is older than 0\.16\.1/, /^the way back is a backup of all of the data/],
    ['0.15.1', '1.16.0', /1\.16\.0 is no release to stop at/, /^take 1\.16\.2$/],
    ['2.1.0', '2.2.0', /2\.2\.0 is no release to stop at/, /^take 2\.3\.0$/],
    [
      '0.15.1',
      '1.16',
      /1\.16 is no release to stop at: it resets the credentials at every restart.*\(clearml-server release notes/,
      /^take 1\.16\.2$/,
    ],
    ['0.15.1', '3.0', /3\.0 is no release that is known/, /^known: 0\.9\.0 to 2\.4\.0$/],
    ['0.15.1', '0.16.9', /0\.16\.9 is no release that is known/, /^known of 0\.16: 0\.16\.0, 0\.16\.1$/],
    ['0.15.7', '0.16.1', /0\.15\.7 is no release that is known/, /^known of 0\.15: 0\.15\.0, 0\.15\.1$/],
    ['1', '2.0', /1 is no release that is known/, /^known of 1: 1\.0\.0, /],
    ['latest', '2.0', /latest is no release/, /^known: /],
    ['0.8', '0.16.1', /0\.8 is no release/, /^known: /],
  ];
  for (const [from, to, says, next] of refused) {
    it(`from ${from} to ${to} is refused`, () =>
      assert.throws(
        () => findRoute(from, to),
        (error: Error) => error instanceof Refusal && says.test(error.message) && next.test(error.detail.next ?? ''),
      ));
  }
});
