// Of a value that may be written in several ways: what is told of it is what is wrong with the way that was meant, and that once.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseYaml } from '../../src/base/yaml.ts';
import { schemaProblems } from '../../src/playbook/schema.ts';

const said = (name: Parameters<typeof schemaProblems>[0], source: string) => {
  const document = parseYaml(source, 'f.yml');
  return schemaProblems(name, document.value, document, []).map(
    ({ path, rule, message, hint }) => `${path} ${rule}: ${message}${hint === undefined ? '' : `; ${hint}`}`,
  );
};

const VARS = 'inventory.json#/definitions/vars';
const REFERENCE = 'where a secret is read when a run begins: { env: NAME }, { file: PATH } or { command: [argv] }';

const CASES: readonly (readonly [what: string, name: Parameters<typeof schemaProblems>[0], source: string, says: readonly string[]])[] = [
  [
    'a list where a text or a map may stand',
    'playbook.json#/definitions/steps',
    '- { name: a, notify: { b: c } }',
    ['0/notify schema-type: must be a text or a list, not {"b":"c"}'],
  ],
  [
    'items of a list',
    'playbook.json#/definitions/steps',
    '- { name: a, tags: [a, 1, [b]] }',
    ['0/tags/1 schema-type: must be a text, not 1; write "1"', '0/tags/2 schema-type: must be a text, not ["b"]'],
  ],
  ['an empty list', 'modules/assert.json', 'that: []\nmessage: m', ['that schema-limit: must have at least 1 item, not none']],
  ['a number where it must be whole', VARS, 'ansible_port: 2.5', ['ansible_port schema-type: must be a whole number, not 2.5']],
  ['a number that is too small', VARS, 'ansible_port: 0', ['ansible_port schema-limit: must be at least 1, not 0']],
  ['a text in place of a number', VARS, 'ansible_port: ssh', ['ansible_port schema-pattern: must be a number, not "ssh"']],
  [
    'one of several maps, by its key',
    VARS,
    'ansible_password: { env: A, file: b }',
    [`ansible_password schema-choice: this is none of the forms allowed here; ${REFERENCE}`],
  ],
  [
    'one of several maps with a key too many',
    VARS,
    'ansible_password: { env: A, more: b }',
    ['ansible_password/more schema-unknown-key: unknown key more; allowed: env'],
  ],
  [
    'one of several maps with a wrong value in it',
    VARS,
    'ansible_password: { command: pass }',
    ['ansible_password/command schema-type: must be a list, not "pass"'],
  ],
  ['none of several keys', 'modules/docker_image.json', '{}', [' schema-required: name or names is missing']],
];

describe('alternatives of a schema', () => {
  for (const [what, name, source, says] of CASES)
    it(`are told by what was meant: ${what}`, () => assert.deepEqual(said(name, source), says));

  it('are told of each item of a long list in a time that grows with it', () => {
    const source = `- { name: a, tags: [${Array(20_000).fill('1').join(', ')}] }`;
    assert.equal(said('playbook.json#/definitions/steps', source).length, 20_000);
  });
});
