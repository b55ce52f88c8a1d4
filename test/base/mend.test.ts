// A broken part of a file: told once, at its own place, hiding nothing of what stands after it and causing nothing false.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseYaml } from '../../src/base/yaml.ts';
import { loadInventory } from '../../src/playbook/inventory/load.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { readModuleSchemas } from '../../src/playbook/schema.ts';

const options = { modules: readModuleSchemas(), version: '0.1.0', read: () => undefined };

/** The faults of a playbook whose first step is broken; the others use what it registers, and the last one has a fault of its own. */
const faultsWith = (step: string) => {
  const source = `apiVersion: switchyard/v1
name: look
hosts: localhost
stages:
  - name: look
    steps:
${step.replace(/^/gm, '      ')}
      - { name: second, assert: { that: listed.rc == 0, message: none } }
      - { name: third, comand: { argv: [ls] } }
`;
  return loadPlaybook(source, 'p.yml', options).problems.map(
    ({ rule, position: { line, column, endLine, endColumn }, message, hint }) =>
      `${line}:${column}-${endLine}:${endColumn} ${rule}: ${message}${hint === undefined ? '' : `; ${hint}`}`,
  );
};

const LS = 'command: { argv: [ls] }';
const ASTRAY = 'yaml-syntax: the indentation fits nothing above; indent it as what it belongs beside';

/** What is broken, the first step, and where and how it is told. */
const BROKEN: readonly (readonly [what: string, step: string, says: string])[] = [
  ['a double quote', `- name: "list\n  ${LS}\n  register: listed`, '7:15-7:16 yaml-syntax: this " is not closed'],
  ['a single quote', `- name: 'list\n  ${LS}\n  register: listed`, "7:15-7:16 yaml-syntax: this ' is not closed"],
  ['a quote in brackets', '- name: list\n  command: { argv: ["ls] }\n  register: listed', '8:27-8:28 yaml-syntax: this " is not closed'],
  ['a list', '- name: list\n  command: { argv: [ls }\n  register: listed', '8:26-8:27 yaml-syntax: this [ is not closed'],
  ['a map', '- name: list\n  command: { argv: [ls]\n  register: listed', '8:18-8:19 yaml-syntax: this { is not closed'],
  [
    'a list over lines',
    '- name: list\n  command: {\n    argv: [ls\n  }\n  register: listed',
    '9:17-9:18 yaml-syntax: this [ is not closed',
  ],
  ['a bracket too many', '- name: list\n  command: { argv: [ls] } }\n  register: listed', '8:33-8:34 yaml-syntax: unexpected }'],
  [
    'a line that stands too deep',
    `- name: list\n   ${LS}\n  register: listed`,
    '8:10-8:33 yaml-syntax: this line stands deeper than the key above, and does not belong to its value; indent both alike',
  ],
  ['a line that stands too far out', `- name: list\n ${LS}\n  register: listed`, `8:8-8:31 ${ASTRAY}`],
  [
    'a value with a colon',
    `- name: list: all\n  ${LS}\n  register: listed`,
    '7:15-7:24 yaml-syntax: a value that holds a colon and a blank needs quotes; write "list: all"',
  ],
  [
    'a tab',
    `- name: list\n\t${LS}\n  register: listed`.replace('\n\t', '\n\t'),
    '8:7-8:8 yaml-tabs: a tab stands in the indentation; write blanks',
  ],
  [
    'a key without its colon',
    '- name: list\n  command\n    argv: [ls]\n  register: listed',
    '8:9-8:16 yaml-syntax: a colon is missing after the key',
  ],
  ['the first key without it', `- name list\n  ${LS}\n  register: listed`, '7:9-7:18 yaml-syntax: a colon is missing after the key'],
  ['a dash without its blank', `-name: list\n  ${LS}\n  register: listed`, '7:7-7:18 yaml-syntax: a blank is missing after the dash'],
  [
    'text after a value',
    `- name: "list" all\n  ${LS}\n  register: listed`,
    '7:22-7:25 yaml-syntax: the value has ended before this; put all of it in quotes',
  ],
  ['a value with @', `- name: @list\n  ${LS}\n  register: listed`, '7:15-7:20 yaml-syntax: a value cannot begin with @; put it in quotes'],
  [
    'a template without quotes',
    `- name: list\n  ${LS}\n  register: listed\n  when: {{ run.check }}`,
    '10:15-10:30 yaml-quotes: a value that begins with {{ needs quotes; write "{{ … }}"',
  ],
  [
    'a template with text after it',
    '- name: list\n  register: listed\n  command:\n    cmd: {{ run.id }}/ls',
    '10:16-10:31 yaml-quotes: a value that begins with {{ needs quotes; write "{{ … }}"',
  ],
  [
    'a text in a block',
    '- name: list\n  register: listed\n  command:\n    cmd: |\n     a\n    b',
    '12:11-12:12 yaml-syntax: a colon is missing after the key',
  ],
];

describe('a broken step', () => {
  for (const [what, step, says] of BROKEN) {
    it(`is told once: ${what}`, () => {
      const found = faultsWith(step);
      assert.deepEqual([found[0], found.length], [says, 2]);
      assert.match(found[1]!, /^\d+:24-\d+:30 step-unknown-module: unknown module comand; did you mean command\?$/);
    });
  }

  it('that stands between two others leaves both as they are', () => {
    const { value, unread } = parseYaml('- a: 1\n - b: 2\n   c: 3\n- d: 4\n', 'f.yml');
    assert.deepEqual(value, [{ a: 1 }, { d: 4 }]);
    assert.deepEqual(
      unread.map(({ path, text }) => [path, text]),
      [[undefined, ' - b: 2\n   c: 3']],
    );
  });

  it('is not taken for one that lacks what could not be read', () => {
    assert.deepEqual(faultsWith(`- command: { argv: [ls }\n  register: listed`), [
      '7:9-8:25 schema-required: name is missing',
      '7:26-7:27 yaml-syntax: this [ is not closed',
      '10:24-10:30 step-unknown-module: unknown module comand; did you mean command?',
    ]);
  });
});

describe('what a broken part may hold', () => {
  const lines = (source: string) =>
    loadPlaybook(source, 'p.yml', options).problems.map(({ position: { line, column }, rule }) => `${line}:${column} ${rule}`);
  const HEAD = 'apiVersion: switchyard/v1\nname: look\nhosts: localhost\n';

  it('is not called missing: inputs, variables, registers, handlers that are notified in it', () => {
    const source = `${HEAD}inputs:
  dir: { type: path, default: "/opt, description: d }
stages:
  - name: look
    handlers:
      - { name: restart, command: { argv: [ls] } }
    steps:
      - name: list
        command: { argv: ["{{ dir }}", "{{ nowhere }}"] }
      - name: broken
        notify: [restart
        register: listed
        command: { argv: [ls] }
      - { name: last, command: { argv: [ls] }, when: listed.rc == 0 }
`;
    assert.deepEqual(lines(source), ['5:31 yaml-syntax', '12:44 undefined-name', '14:17 yaml-syntax']);
  });

  it('is not called missing in an inventory either', () => {
    const files = {
      read: () => 'g:\n  hosts:\n    a: { ansible_become_password: { env: "A } }\n    b: { ansible_port: x }\n',
      kindOf: () => 'file' as const,
      list: () => [],
    } as const;
    const { problems } = loadInventory({ names: ['h.yml'], files, cwd: '/' });
    assert.deepEqual(
      problems.map(({ position: { line, column }, rule }) => `${line}:${column} ${rule}`),
      ['3:42 yaml-syntax', '4:24 schema-pattern'],
    );
  });
});

describe('a broken file', () => {
  it('of which nothing is left is told of that alone', () => {
    const source = ']\n'.repeat(40);
    const { problems } = loadPlaybook(source, 'p.yml', options);
    assert.deepEqual([...new Set(problems.map(({ rule }) => rule))], ['yaml-syntax']);
  });

  it('with a second document is told so, and judged by the first one', () => {
    const { problems } = loadPlaybook('apiVersion: switchyard/v1\nname: n\nhosts: all\n---\nstages: []\n', 'p.yml', options);
    assert.deepEqual(
      problems.map(({ position: { line, column }, message }) => `${line}:${column} ${message}`),
      ['1:1 stages is missing', '4:1 a second document begins here'],
    );
  });
});
