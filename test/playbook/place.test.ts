import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { readModuleSchemas } from '../../src/playbook/schema.ts';

const modules = readModuleSchemas();

describe('findings', () => {
  it('call no value doubtful that is wrong, and say what to write for it', () => {
    const source = [
      'apiVersion: switchyard/v1',
      'name: n',
      'hosts: all',
      'any_errors_fatal: yes',
      'vars: { a: no }',
      'stages:',
      '  - { name: s, barrier: off, steps: [{ name: a, command: { argv: [ls] }, become: y }] }',
    ].join('\n');
    const { problems } = loadPlaybook(source, 'p.yml', { modules, version: '0.1.0', read: () => undefined });
    assert.deepEqual(
      problems.map(({ rule, position: { line, column }, message, hint }) => `${line}:${column} ${rule}: ${message}; ${hint}`),
      [
        '4:19 schema-type: must be true or false, not "yes"; write true',
        '5:12 yaml-ambiguous: no is a text here, and false for Ansible; write false, or "no"',
        '7:25 schema-type: must be true or false, not "off"; write false',
        '7:82 schema-type: must be true or false, not "y"; write true',
      ],
    );
  });
});
