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
const way = (from: string, to: string) => findRoute(from, to).hops.reduce((text, hop) => `${text} ${hop.to}`, from);

describe('what is known of releases', () => {
  it('is as its schema says', () => {
    const validate = new Ajv({ allErrors: true, strict: true }).compile(read('schemas/releases.json'));
    validate(graph);
    assert.equal(validate.errors, null);
  });

  it('is in order', () => {
    for (const list of [
      graph.minors,
      graph.releases.map(({ since }: { since: string }) => since),
      graph.crossings.map(({ at }: { at: string }) => at),
    ] as string[][]) {
      const sorted = list.toSorted((a, b) => compareReleases(parseRelease(a)!, parseRelease(b)!));
      assert.deepEqual(list, sorted);
    }
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
    const shipped = (release: string) =>
      graph.releases.findLast(({ since }: { since: string }) => compareReleases(parseRelease(release)!, parseRelease(since)!) >= 0);
    const order = ['3', '4', '5', '6', '7'];
    for (const minor of (graph.minors as string[]).filter((one) => one !== '2.4')) {
      for (const { from, to, steps } of findRoute(minor, '2.3.0').hops) {
        const [before, after] = [shipped(from), shipped(to)];
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

  it('to where one is has no hop', () => assert.deepEqual(findRoute('0.16.1', '0.16.1-320'), { hops: [] }));

  const refused: readonly (readonly [string, string, RegExp, RegExp])[] = [
    ['0.16.1', '0.15.1', /0\.15\.1 is older than 0\.16\.1/, /^the way back is a backup of all of the data/],
    ['0.15.1', '1.16.0', /1\.16\.0 is no release to stop at/, /^take 1\.16\.2$/],
    ['2.1.0', '2.2.0', /2\.2\.0 is no release to stop at/, /^take 2\.3\.0$/],
    ['0.15.1', '3.0', /3\.0 is no release that is known/, /^known: 0\.9 to 2\.4\.0$/],
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
