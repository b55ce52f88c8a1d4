import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ProgramOutput } from '../../../src/playbook/inventory/load.ts';
import { hostsOf, layersOf, writtenVars } from '../../../src/playbook/inventory.ts';
import { loadTexts } from '../../support/files.ts';

const printed = (output: ProgramOutput | string) =>
  loadTexts(
    { 'hosts.py': '#!/usr/bin/python3\n' },
    {
      programs: ['hosts.py'],
      outputs: new Map([['hosts.py', typeof output === 'string' ? { output } : output]]),
    },
  );

const JSON_TEXT = `{
  "web": { "hosts": ["a", "b"], "vars": { "x": 1 }, "children": ["inner"] },
  "inner": ["c"],
  "_meta": { "hostvars": { "a": { "x": 2 }, "nowhere": { "x": 3 } } }
}
`;

describe('an inventory that a program prints', () => {
  it('has groups, and the variables of its hosts under _meta', () => {
    const { inventory, problems, unread } = printed(JSON_TEXT);
    assert.deepEqual([problems, unread], [[], []]);
    assert.deepEqual(
      [[...inventory.hosts.keys()], hostsOf(inventory, 'web')],
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
    );
    assert.deepEqual(
      ['a', 'b', 'c'].map((host) => writtenVars(inventory)(host).x),
      [2, 1, 1],
    );
  });

  it('knows where each variable stands in what was printed', () => {
    const places = layersOf(printed(JSON_TEXT).inventory)('a').flatMap(({ vars, positionOf }) => {
      const { file, line, column } = positionOf('x');
      return Object.hasOwn(vars, 'x') ? [`${file}:${line}:${column}`] : [];
    });
    assert.deepEqual(places, ['hosts.py --list:2:43', 'hosts.py --list:4:35']);
  });

  it('is left out, and that is said, where nobody ran the program', () => {
    const { inventory, problems, unread } = loadTexts({ 'hosts.py': '#!/bin/sh\n' }, { programs: ['hosts.py'] });
    assert.deepEqual([[...inventory.hosts.keys()], problems, unread], [[], [], ['hosts.py']]);
  });

  const faults: readonly (readonly [string, ProgramOutput | string, readonly string[]])[] = [
    [
      'that ends badly',
      { fault: 'ended with 3, and said: no token' },
      ['hosts.py:1:1: hosts.py --list ended with 3, and said: no token; '],
    ],
    ['that prints no JSON', '{"a": }}', ['hosts.py --list:1:8: the output is no JSON; ']],
    ['that prints a list', '[]', ['hosts.py --list:1:1: the output must be a map of groups; ']],
    [
      'that prints no variables of hosts',
      '{"a": {"hosts": ["x"]}}',
      ['hosts.py --list:1:1: the output has no map _meta.hostvars; print one, empty where no host has variables'],
    ],
    [
      'that prints other kinds of things',
      '{"a": {"hosts": {}}, "b": {"children": 1}, "c": {"vars": []}, "d": "x", "e": ["h"], "_meta": {"hostvars": {"h": 1}}}',
      [
        'hosts.py --list:1:8: the hosts of a must be a list; ',
        'hosts.py --list:1:28: the children of b must be a list; ',
        'hosts.py --list:1:50: the variables of c must be a map; ',
        'hosts.py --list:1:63: the hosts of d must be a list; ',
        'hosts.py --list:1:108: the variables of h must be a map; ',
      ],
    ],
  ];
  for (const [what, output, says] of faults) {
    it(`by a program ${what} is told so, with the place`, () => {
      const { problems } = printed(output);
      assert.deepEqual(
        problems.map(({ position: { file, line, column }, message, hint }) => `${file}:${line}:${column}: ${message}; ${hint ?? ''}`),
        says,
      );
      assert.deepEqual([...new Set(problems.map(({ rule }) => rule))], ['inventory-program']);
    });
  }
});
