import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { writtenVars } from '../../../src/playbook/inventory.ts';
import { loadTexts } from '../../support/files.ts';

describe('an inventory of YAML', () => {
  it('may name hosts and children as a single word, and groups without anything', () => {
    const { inventory, problems } = loadTexts('g:\n  hosts: web1\n  children: h\nh:\n');
    assert.deepEqual(problems, []);
    assert.deepEqual(
      [...inventory.groups.values()].map(({ name, hosts, children }) => [name, hosts, children]),
      [
        ['all', [], ['ungrouped', 'g']],
        ['ungrouped', [], []],
        ['g', ['web1'], ['h']],
        ['h', [], []],
      ],
    );
  });

  it('may be empty', () => {
    for (const text of ['', '# nothing\n', '{}\n', 'all:\n']) assert.deepEqual(loadTexts(text).problems, [], text);
  });

  it('gives a host the port that stands after its name, unless a variable says otherwise', () => {
    const { inventory } = loadTexts('g: { hosts: { "web[1:2]:2222": , "db:22": { ansible_port: 23 } } }\nh: { hosts: { "web2:80": } }\n');
    const vars = writtenVars(inventory);
    assert.deepEqual(
      ['web1', 'web2', 'db'].map((host) => vars(host).ansible_port),
      [2222, 2222, 23],
    );
  });

  const faults: readonly (readonly [string, string, readonly string[]])[] = [
    ['is a list', '- a\n', ['1:1 schema-type: must be a map of keys and values, not ["a"]; ']],
    ['has a key that no group has', 'g:\n  host: { a: }\n', ['2:3 schema-unknown-key: unknown key host; did you mean hosts?']],
    [
      'has hosts as a list',
      'g:\n  hosts: [a]\n',
      ['2:10 schema-type: must be a map of keys and values, a text or empty, not ["a"]; write each as a key, with a colon after it'],
    ],
    [
      'has children as a list',
      'g: { children: { h: { children: [a, b] } } }\n',
      ['1:33 schema-type: must be a map of keys and values, a text or empty, not ["a","b"]; write each as a key, with a colon after it'],
    ],
    ['has a range that runs backwards', 'g:\n  hosts:\n    w[5:1]:\n', ['3:5 inventory-range: w[5:1] has a range that runs backwards; ']],
    ['has variables that are a list', 'g: { vars: [a] }\n', ['1:12 schema-type: must be a map of keys and values or empty, not ["a"]; ']],
    ['has a host that is a number', 'g: { hosts: { a: 5 } }\n', ['1:18 schema-type: must be a map of keys and values or empty, not 5; ']],
    ['has a group that is a text', 'g: x\n', ['1:4 schema-type: must be a map of keys and values or empty, not "x"; ']],
    ['has a port that is none', 'g: { vars: { ansible_port: ssh } }\n', ['1:28 schema-pattern: must be a number, not "ssh"; ']],
    [
      'has a password that is neither text nor reference',
      'g: { vars: { ansible_become_password: { environment: X } } }\n',
      [
        '1:39 schema-choice: this is none of the forms allowed here; where a secret is read when a run begins: { env: NAME }, { file: PATH } or { command: [argv] }',
      ],
    ],
    [
      'has a variable of the connection that nobody knows',
      'g: { vars: { ansible_prot: 22, ansible_python_interpreter: /usr/bin/python3 }, hosts: { a: { ansible_prot: 23 } } }\n',
      [
        '1:14 inventory-unknown-variable: ansible_prot is no variable that the runner knows, and is passed over; did you mean ansible_port?',
      ],
    ],
  ];
  for (const [what, text, says] of faults) {
    it(`that ${what} is told so, with the place`, () => {
      assert.deepEqual(
        loadTexts(text).problems.map(
          ({ rule, position: { line, column }, message, hint }) => `${line}:${column} ${rule}: ${message}; ${hint ?? ''}`,
        ),
        says,
      );
    });
  }
});
