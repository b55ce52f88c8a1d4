// Playbooks that somebody wrote to do harm, or that a program wrote by mistake: told of, with places, in time that grows with the file only.
// What goes wrong here does not fail an assertion: it runs into the time limit of the test, or out of memory.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { readModuleSchemas } from '../../src/playbook/schema.ts';

const modules = readModuleSchemas();
const load = (source: string) => loadPlaybook(source, 'p.yml', { modules, version: '0.1.0', read: () => undefined });
const HEAD = 'apiVersion: switchyard/v1\nname: n\nhosts: all\n';
const STAGES = 'stages:\n  - { name: s, steps: [{ name: a, command: { argv: [ls] } }] }\n';
const withVars = (value: string) => `${HEAD}vars: { a: ${value} }\n${STAGES}`;
const count = (source: string) => load(source).problems.length;

describe('a hostile playbook', () => {
  it('is told of each of a hundred thousand faults', () => {
    assert.equal(count(`${HEAD}stages:\n${'  - 1\n'.repeat(100_000)}`), 100_001, 'wrong items, and one that there are too many');
    assert.equal(count(`${HEAD}${Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join('')}${STAGES}`), 20_000, 'unknown keys');
    assert.equal(count(withVars(`"${'{{ x }}'.repeat(20_000)}"`)), 20_000, 'unknown names in one text');
  });

  const limits: readonly (readonly [what: string, source: string, says: string])[] = [
    ['nested lists', withVars('['.repeat(100_000)), 'more than 100 lists and maps stand in each other here'],
    ['commas', `[${',a'.repeat(3_000_000)}`, 'more than 2000000 words and marks stand before this in one file'],
    ['an expression of words', withVars(`"{{ ${'not '.repeat(10_000)}a }}"`), 'the expression is too long'],
    ['an expression of brackets', withVars(`"{{ ${'('.repeat(4_000)}1${')'.repeat(4_000)} }}"`), 'the expression is nested too deeply'],
    ['an expression of signs', withVars(`"{{ ${'-'.repeat(9_000)}1 }}"`), 'the expression is nested too deeply'],
    ['a text of expressions', withVars(`"${'{{ 1 }}'.repeat(50_000)}"`), 'the text holds too many expressions'],
    ['braces that never close', withVars(`"${'{{ '.repeat(50_000)}"`), '{{ is never closed'],
  ];
  for (const [what, source, says] of limits) {
    it(`ends at a limit: ${what}`, () => {
      assert.deepEqual(
        load(source).problems.map(({ message }) => message),
        [says],
      );
    });
  }

  for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']) {
    it(`reaches nothing by a key ${key}`, () => {
      const places = [
        `${HEAD}${key}: { polluted: 1 }\n${STAGES}`,
        `${HEAD}inputs: { ${key}: { type: string, default: x, ${key}: 1 } }\n${STAGES}`,
        withVars(`{ ${key}: { polluted: 1 }, b: { <<: { ${key}: { polluted: 1 } } } }`),
        `${HEAD}vars: { ${key}: { polluted: 1 } }\n${STAGES}`,
        `${HEAD.replace('hosts: all', `hosts: { ${key}: { ${key}: 1 } }`)}${STAGES}`,
        `${HEAD}stages:\n  - { name: s, ${key}: 1, steps: [{ name: a, ${key}: { polluted: 1 }, command: { argv: [ls], ${key}: 1 } }] }\n`,
        `${HEAD}stages:\n  - { name: s, steps: [{ name: a, command: { argv: [ls] }, register: ${key}, environment: { ${key}: x } }] }\n`,
        `${HEAD}stages:\n  - { name: s, steps: [{ name: a, command: { argv: [ls] }, loop: [{ ${key}: 1 }], notify: ${key}, tags: ${key} }] }\n`,
      ];
      for (const source of places) {
        for (const { position, message } of load(source).problems) assert.ok(position.line > 0 && message !== '');
        assert.equal(({} as Record<string, unknown>).polluted, undefined);
      }
      assert.deepEqual(Object.keys({}), []);
    });
  }
});
