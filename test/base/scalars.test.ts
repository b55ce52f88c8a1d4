import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseAnsibleYaml } from '../../src/base/yaml.ts';

/** [text, what Ansible reads, whether YAML 1.2 reads it otherwise] */
const CASES: readonly (readonly [string, unknown, boolean])[] = [
  ['yes', true, true],
  ['No', false, true],
  ['ON', true, true],
  ['off', false, true],
  ['y', 'y', false],
  ['yEs', 'yEs', false],
  ['true', true, false],
  ['False', false, false],
  ['~', null, false],
  ['', null, false],
  ['0', 0, false],
  ['-12', -12, false],
  ['0644', 420, true],
  ['08', '08', false],
  ['-0644', -420, true],
  ['0b101', 5, true],
  ['0x1F', 31, false],
  ['0o17', '0o17', true],
  ['1_000', 1000, true],
  ['12:30', 750, true],
  ['-1:0:1', -3601, true],
  ['12:75', '12:75', false],
  ['1:30.5', 90.5, true],
  ['1.5', 1.5, false],
  ['1.', 1, false],
  ['.5', 0.5, false],
  ['1.5e+3', 1500, false],
  ['1.5e3', '1.5e3', true],
  ['1e3', '1e3', true],
  ['1_0.5', 10.5, true],
  ['-.inf', Number.NEGATIVE_INFINITY, false],
  ['12345678901234567890', '12345678901234567890', false],
  ['2024-01-02', '2024-01-02', false],
  ['0.15.0-352', '0.15.0-352', false],
  ['10.0.0.1', '10.0.0.1', false],
  ['"yes"', 'yes', false],
  ["'0644'", '0644', false],
];

describe('a plain scalar of an inventory', () => {
  for (const [text, value, isTold] of CASES) {
    it(`${text} is ${JSON.stringify(value)}${isTold ? ', and that is told' : ''}`, () => {
      const document = parseAnsibleYaml(`a: ${text}\n`, 'i.yml');
      const said = document.remarks().map(({ rule, message, hint, position: { column } }) => `${column} ${rule}: ${message}; ${hint}`);
      const hint = `write ${typeof value === 'string' ? '' : `${value}, or `}"${text}"`;
      const warning = `4 yaml-ansible: ${text} is read as ${JSON.stringify(value)}, as Ansible reads it; ${hint}`;
      assert.deepEqual(document.value, { a: value });
      assert.deepEqual(said, isTold ? [warning] : []);
    });
  }

  it('that is a key stays a text', () => assert.deepEqual(parseAnsibleYaml('no: { 012: 1 }\n', 'i.yml').value, { no: { '012': 1 } }));
});
