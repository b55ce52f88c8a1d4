// The runner beside the real Ansible: the same inventories, patterns and texts go through both, and what differs is on purpose and told.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { readHostPattern } from '../../../src/playbook/inventory/host_pattern.ts';
import { readLiteral } from '../../../src/playbook/inventory/literal.ts';
import { loadInventory } from '../../../src/playbook/inventory/load.ts';
import { splitWords } from '../../../src/playbook/inventory/words.ts';
import { choiceOf } from '../../../src/playbook/inventory.ts';
import { matchHosts } from '../../../src/playbook/pattern.ts';
import { type Answer, askAnsible, type PatternsQuestion, type TextsQuestion } from '../../support/ansible.ts';
import { playbookOf } from '../../support/command_line.ts';
import { onDisk } from '../../support/files.ts';
import { ALIKE, DIFFERENT, type InventoryCase } from '../../support/inventories.ts';
import { typist } from '../../support/typed.ts';

/** The first time Ansible is downloaded. */
const PATIENCE = 600_000;

interface Listing {
  readonly _meta: { readonly hostvars: Readonly<Record<string, unknown>> };
  readonly [group: string]: { readonly hosts?: readonly string[]; readonly children?: readonly string[] } | unknown;
}

/** A case written down: where, and the arguments for both. */
function written({ files, names, programs = [], playbook, limit }: InventoryCase) {
  const { directory, file, type } = typist();
  for (const [name, text] of Object.entries(files)) file(name, text);
  for (const name of programs) chmodSync(join(directory, name), 0o755);
  const common = [
    ...(names ?? [Object.keys(files)[0]!]).flatMap((name) => ['-i', name]),
    ...(limit === undefined ? [] : ['--limit', limit]),
  ];
  const book =
    playbook === undefined ? [] : ['--playbook', file(`${playbook}/book.yml`, playbookOf('- { name: look, command: { argv: [ls] } }'))];
  const theirs = ['--list', ...common, ...(playbook === undefined ? [] : ['--playbook-dir', playbook])];
  return {
    question: { ask: 'list', cwd: directory, arguments: theirs } as const,
    list: () => type(['inventory', '--json', ...common, ...book]),
  };
}

const PATTERNS = [
  ...[
    'all',
    '*',
    'web',
    'web:db',
    'web,db',
    'web:!db',
    'web:&db',
    '!web',
    '&web',
    'all:!web:!db',
    'web:&db:!both',
    'w*',
    'w*1',
    'web?',
    'web[0]',
  ],
  ...[
    'web[-1]',
    'web[0:1]',
    'web[1:]',
    'web[5]',
    'db[0:1]',
    'w[e]b1',
    'w[!x]b1',
    '~web[12]',
    '~(web|db)\\d$',
    '~b',
    'nope',
    'web:nope',
    'a.example.org',
  ],
  ...[
    '*.example.org',
    'fe80::1',
    'web1,fe80::1',
    'none',
    'none:web1',
    'd*:&web',
    'web1:web1',
    'top',
    'top:!web2',
    'ungrouped',
    'localhost',
    'web*:!web[0]',
  ],
];

/** A ] before any [, and a range of hosts that Ansible takes for a host with a port: `[1:3]:22`. */
const ODD = /^[^[]*\].*\[|^\[[^\]]*\]\].*\[|^\[\d+:\d+\]:\d+$/;

/** Texts made by chance of pieces that mean something; the same ones every time. */
const texts = (pieces: readonly string[], longest: number, count: number): readonly string[] =>
  fc.sample(
    fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: longest }).map((parts) => parts.join('')),
    { seed: 1, numRuns: count },
  );

const VALUES = texts(
  [
    '0',
    '1',
    '12',
    '.',
    '-',
    '+',
    '_',
    'e',
    'E',
    'x',
    'o',
    'b',
    ' ',
    ',',
    "'",
    '"',
    '\\',
    'n',
    'u',
    'a',
    '[',
    ']',
    '(',
    ')',
    'True',
    'None',
    '#',
    'j',
  ],
  7,
  4_000,
);
const LINES = texts(['a', '=', ' ', '  ', '"', "'", '\\', '#', '\t', 'b c', '\\"', 'é'], 9, 4_000);
const NAMES = texts(['w', '1', '01', '10', '[', ']', ':', '.', '-', '_', 'a', 'c', '[1:3]', '[a:c]', ':22', '::', 'fe80', ' '], 6, 4_000);

describe('an inventory read by Ansible and by the runner', function () {
  this.timeout(PATIENCE);
  const alike = ALIKE.map(written);
  const different = DIFFERENT.map(written);
  const patterns = written({
    name: 'patterns',
    files: {
      'h.yml':
        'all: { hosts: { a.example.org: , "fe80::1": } }\nweb: { hosts: { web1: , web2: , both: } }\ndb: { hosts: { db1: , both: } }\ntop: { children: { web: } }\nnone:\n',
    },
  });
  const questions: readonly (PatternsQuestion | TextsQuestion)[] = [
    { ask: 'patterns', cwd: patterns.question.cwd, sources: ['h.yml'], patterns: PATTERNS },
    { ask: 'values', texts: VALUES },
    { ask: 'words', texts: LINES },
    { ask: 'names', texts: NAMES },
  ];
  let answers: readonly (Answer | readonly Answer[])[] = [];
  before(() => {
    answers = askAnsible([...alike, ...different].map(({ question }) => question as never).concat(questions as never));
  });
  const asked = (index: number) => answers[alike.length + different.length + index];

  it('is one of sixty', () => assert.ok(ALIKE.length >= 60, `${ALIKE.length}`));

  for (const [i, { name }] of ALIKE.entries()) {
    it(`has the same hosts, groups and variables: ${name}`, async () => {
      const { exit, stdout, stderr } = await alike[i]!.list();
      assert.equal(exit, 0, stderr);
      assert.deepEqual(shown(JSON.parse(stdout) as Listing), shown(listed(answers[i])));
    });
  }

  for (const [i, { name, ansible, here }] of DIFFERENT.entries()) {
    it(`differs on purpose: ${name}`, async () => {
      const theirs = listed(answers[alike.length + i]);
      if ('hosts' in ansible) assert.deepEqual(hostsOf(theirs), ansible.hosts);
      else assert.deepEqual(theirs._meta.hostvars[ansible.host], ansible.vars);
      const { exit, stdout, stderr } = await different[i]!.list();
      if (typeof here === 'string') {
        const [, place, rule] = /^(.+?:\d+:\d+): error: .* \[([\w-]+)\]$/m.exec(stderr) ?? [];
        assert.deepEqual([exit, stdout, `${place} ${rule}`], [3, '', here]);
      } else assert.deepEqual((JSON.parse(stdout) as Listing)._meta.hostvars[(ansible as { host: string }).host] ?? {}, here);
    });
  }

  it('gives patterns the same hosts', () => {
    const { cwd } = patterns.question;
    const choice = choiceOf(loadInventory({ names: ['h.yml'], files: onDisk(cwd), cwd }).inventory);
    const ours = PATTERNS.map((pattern) => {
      const { hosts, unknown } = matchHosts(pattern, choice);
      return { pattern, hosts: unknown.some((word) => /\[\d+\]$/.test(word)) ? null : hosts.toSorted() };
    });
    const theirs = (asked(0) as { value: readonly (readonly string[] | null)[] }).value;
    assert.deepEqual(
      ours,
      PATTERNS.map((pattern, k) => ({ pattern, hosts: theirs[k] })),
    );
  });

  it('of INI gives texts the same values', () => {
    const wrong = VALUES.flatMap((text, k) => {
      const theirs = (asked(1) as readonly Answer[])[k]!;
      return 'error' in theirs || /\dj/i.test(text) || same(readLiteral(text), theirs.value)
        ? []
        : [{ text, ours: readLiteral(text), theirs }];
    });
    assert.deepEqual(wrong, []);
  });

  it('of INI parts lines into the same words', () => {
    const wrong = LINES.flatMap((line, k) => {
      const theirs = (asked(2) as readonly Answer[])[k]!;
      const split = splitWords(line);
      const ours = 'fault' in split ? undefined : split.words.map(({ text }) => text);
      return same(ours, 'error' in theirs ? undefined : theirs.value) ? [] : [{ line, ours, theirs }];
    });
    assert.deepEqual(wrong, []);
  });

  it('has the same hosts and ports by their names, or refuses what Ansible refuses too, or what stands for none', () => {
    const wrong = NAMES.flatMap((name, k) => {
      const theirs = (asked(3) as readonly Answer[])[k]!;
      const found = readHostPattern(name);
      const ours = 'fault' in found ? undefined : [found.hosts, found.port ?? null];
      const expected = 'error' in theirs || (theirs.value as [string[]])[0].length === 0 ? undefined : theirs.value;
      return same(ours, expected) || ODD.test(name) ? [] : [{ name, ours, theirs }];
    });
    assert.deepEqual(wrong, []);
  });
});

function listed(answer: Answer | readonly Answer[] | undefined): Listing {
  if (answer && 'value' in answer) return answer.value as Listing;
  throw new Error(`Ansible says: ${JSON.stringify(answer)}`);
}

/** The order of hosts counts, that of children does not: it hangs on when Ansible hears of them. */
function shown({ _meta: { hostvars }, ...groups }: Listing): unknown {
  const sorted = Object.entries(groups as Readonly<Record<string, { hosts?: string[]; children?: string[] }>>).map(([name, group]) => [
    name,
    { ...group, ...(group.children && { children: group.children.toSorted() }) },
  ]);
  return { hostvars, groups: Object.fromEntries(sorted) };
}

const hostsOf = ({ _meta: _, ...groups }: Listing): readonly string[] =>
  [...new Set(Object.values(groups as Readonly<Record<string, { hosts?: string[] }>>).flatMap(({ hosts = [] }) => hosts))].sort();

/** As JSON, which knows no -0. */
const same = (one: unknown, other: unknown): boolean => isDeepStrictEqual(plain(one), plain(other));

const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
