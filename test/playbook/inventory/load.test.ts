import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withFolders } from '../../../src/playbook/inventory/load.ts';
import { writtenVars } from '../../../src/playbook/inventory.ts';
import { inMemory, loadTexts } from '../../support/files.ts';

describe('the words after -i', () => {
  it('may be hosts between commas', () => {
    const { inventory, problems } = loadTexts({}, { names: ['a,b[1:2], c:2222,'] });
    assert.deepEqual(problems, []);
    assert.deepEqual([...inventory.hosts.keys()], ['a', 'b1', 'b2', 'c']);
    assert.deepEqual(writtenVars(inventory)('c'), { ansible_port: 2222, inventory_file: null, inventory_dir: null });
  });

  it('may be a directory: all inventories in it, but for what Ansible passes over', () => {
    const { inventory, problems } = loadTexts(
      {
        'inv/b.yml': 'g: { hosts: { y: } }\n',
        'inv/a': 'x\n',
        'inv/sub/c.ini': 'z\n',
        'inv/.hidden': '[[[',
        'inv/old.bak': '[[[',
        'inv/back~': '[[[',
        'inv/README.md': '[[[',
        'inv/group_vars/all.yml': 'v: 1\n',
        'inv/sub/group_vars/all.yml': 'w: 1\n',
      },
      { names: ['inv/'] },
    );
    assert.deepEqual(problems, []);
    assert.deepEqual([...inventory.hosts.keys()], ['x', 'y', 'z']);
    assert.deepEqual([writtenVars(inventory)('z').v, writtenVars(inventory)('z').w], [1, undefined]);
  });

  const formats: readonly (readonly [string, string, boolean])[] = [
    ['hosts', 'a x=1\n', true],
    ['hosts', '[g]\na x=1\n', true],
    ['hosts', 'g:\n  hosts: { a: { x: 1 } }\n', true],
    ['hosts.prod', 'a x=1\n', true],
    ['hosts.json', '{"g": {"hosts": {"a": {"x": 1}}}}\n', true],
    ['hosts.yaml', 'g: { hosts: { a: { x: 1 } } }\n', true],
    ['hosts.yml', 'a x=1\n', false],
  ];
  for (const [name, text, isRead] of formats) {
    it(`${name} with ${JSON.stringify(text)} is ${isRead ? 'read' : 'refused'}`, () => {
      const { inventory, problems } = loadTexts({ [name]: text });
      assert.deepEqual([problems.length === 0, writtenVars(inventory)('a').x], isRead ? [true, 1] : [false, undefined]);
    });
  }

  it('may be executable by chance', () => assert.deepEqual(loadTexts({ 'h.yml': 'g:\n' }, { programs: ['h.yml'] }).problems, []));

  const faults: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    [
      'gone',
      {},
      'gone:1:1 inventory-missing: there is no inventory gone; give a file, a directory of files, or hosts with a comma: -i host1,',
    ],
    ['a,w[2:1]', {}, 'a,w[2:1]:1:1 inventory-range: w[2:1] has a range that runs backwards; '],
    [
      'hosts.sh',
      { 'hosts.sh': '#!/bin/sh\n' },
      'hosts.sh:1:1 inventory-program: this begins as a program does, and may not be executed; chmod +x makes it one whose output is the inventory',
    ],
    [
      'hosts.toml',
      { 'hosts.toml': '[g]\n' },
      'hosts.toml:1:1 inventory-format: inventories of TOML are not read; ansible-inventory -i FILE --list --yaml writes the same as YAML',
    ],
    [
      'aws.yml',
      { 'aws.yml': '---\nplugin: aws_ec2\n' },
      "aws.yml:2:1 inventory-format: this asks for a plugin of Ansible's, which the runner does not have; ansible-inventory -i FILE --list --yaml writes the same as YAML",
    ],
    [
      'vault',
      { vault: '$ANSIBLE_VAULT;1.1;AES256\n61\n' },
      "vault:1:1 vault: this is encrypted by Ansible's vault, which the runner does not open; write { command: [ansible-vault, view, FILE] } where the secret is wanted, or give it with -e @file",
    ],
  ];
  for (const [name, texts, says] of faults) {
    it(`${name}: what cannot be read is told`, () => {
      assert.deepEqual(
        loadTexts(texts, { names: [name] }).problems.map(
          ({ rule, position: { file, line, column }, message, hint }) => `${file}:${line}:${column} ${rule}: ${message}; ${hint ?? ''}`,
        ),
        [says],
      );
    });
  }
});

describe('group_vars/ and host_vars/', () => {
  const texts = {
    'a/hosts.yml': 'g: { hosts: { x: { h: inventory } }, vars: { v: inventory } }\n',
    'a/group_vars/all.yml': 'v: all\nw: all\n',
    'a/group_vars/g/1.yml': 'v: one\nu: one\n',
    'a/group_vars/g/2.json': '{"v": "two"}',
    'a/group_vars/g/deep/3': 'w: three\n',
    'a/group_vars/g/4.txt': 'v: four\n',
    'a/group_vars/g/.5.yml': 'v: five\n',
    'a/group_vars/g.yml': 'u: never\n',
    'a/group_vars/g.yaml': 'u: never\n',
    'a/host_vars/x': 'h: file\n',
    'a/host_vars/nobody.yml': '[[[',
    'play/group_vars/g.yml': 'v: play\n',
    'play/host_vars/x.yml': 'h: play\n',
  };
  const pick = (vars: Readonly<Record<string, unknown>>) => [vars.u, vars.v, vars.w, vars.h];

  it('win over what the inventory says; a directory wins over a file of its name', () => {
    const { inventory, problems } = loadTexts(texts, { names: ['a/hosts.yml'] });
    assert.deepEqual(problems, []);
    assert.deepEqual(pick(writtenVars(inventory)('x')), ['one', 'two', 'three', 'file']);
  });

  it('beside the playbook win over those beside the inventory', () => {
    const { inventory } = withFolders(loadTexts(texts, { names: ['a/hosts.yml'] }).inventory, ['play'], inMemory(texts));
    assert.deepEqual(pick(writtenVars(inventory)('x')), ['one', 'play', 'three', 'play']);
  });

  it('of several inventories count in the order of the inventories', () => {
    const more = { ...texts, 'b/hosts.yml': 'g:\n', 'b/group_vars/all.yml': 'v: b\n' };
    const v = (...names: string[]) => writtenVars(loadTexts(more, { names }).inventory)('x').w;
    assert.deepEqual([v('a/hosts.yml', 'b/hosts.yml'), v('b/hosts.yml', 'a/hosts.yml')], ['three', 'three']);
    const all = { ...more, 'b/group_vars/g.yml': 'w: b\n' };
    const w = (...names: string[]) => writtenVars(loadTexts(all, { names }).inventory)('x').w;
    assert.deepEqual([w('a/hosts.yml', 'b/hosts.yml'), w('b/hosts.yml', 'a/hosts.yml')], ['b', 'three']);
  });

  it('may be empty, and are told where they are no map', () => {
    const { problems } = loadTexts({ ...texts, 'a/group_vars/all.yml': '', 'a/host_vars/x': '- 1\n' }, { names: ['a/hosts.yml'] });
    assert.deepEqual(
      problems.map(({ position: { file, line, column }, message }) => `${file}:${line}:${column}: ${message}`),
      ['a/host_vars/x:1:1: must be a map of keys and values or empty, not [1]'],
    );
  });
});
