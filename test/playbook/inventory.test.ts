import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hostsOf, loadInventory, varsOf } from '../../src/playbook/inventory.ts';

const load = (files: Readonly<Record<string, string>>, names = ['/i/hosts.yml']) =>
  loadInventory({ names, read: (path) => files[path], directoryOf: () => '/i' });

describe('an inventory', () => {
  const YAML = `
all:
  vars: { color: all, depth: all }
  children:
    trains:
      vars: { color: trains, key: "{{ inventory_dir }}/id" }
      hosts:
        web[01:03]: { port: 1 }
        db: { color: own }
      children:
        inner: { hosts: { web02: }, vars: { color: inner } }
`;

  it('gives hosts of ranges, groups and their children', () => {
    const { inventory, problems } = load({ '/i/hosts.yml': YAML });
    assert.deepEqual(problems, []);
    assert.deepEqual([...inventory.hosts.keys()], ['web01', 'web02', 'web03', 'db']);
    assert.deepEqual(hostsOf(inventory, 'trains'), ['web01', 'web02', 'web03', 'db']);
    assert.deepEqual(hostsOf(inventory, 'inner'), ['web02']);
  });

  it('lets the inner group win over the outer one, and the host over all', () => {
    const { inventory } = load({ '/i/hosts.yml': YAML });
    assert.deepEqual(varsOf(inventory, 'web01'), { color: 'trains', depth: 'all', key: '/i/id', port: 1 });
    assert.equal(varsOf(inventory, 'web02').color, 'inner');
    assert.equal(varsOf(inventory, 'db').color, 'own');
  });

  it('reads group_vars and host_vars beside it', () => {
    const { inventory } = load({
      '/i/hosts.yml': YAML,
      '/i/group_vars/trains.yml': 'color: file\n',
      '/i/host_vars/db.yml': 'port: 9\n',
      '/i/group_vars/all.yml': 'extra: 1\n',
    });
    assert.deepEqual([varsOf(inventory, 'web01').color, varsOf(inventory, 'db').port, varsOf(inventory, 'db').extra], ['file', 9, 1]);
  });

  it('lets the files of group_vars win over what the inventory says of a group, as Ansible does', () => {
    const { inventory } = load({ '/i/hosts.yml': YAML, '/i/group_vars/all.yml': 'color: file\nkey: "{{ inventory_dir }}/all"\n' });
    assert.deepEqual(
      [varsOf(inventory, 'web01').color, varsOf(inventory, 'web01').key, varsOf(inventory, 'db').color],
      ['file', '/i/all', 'own'],
    );
  });

  it('may be a list of hosts', () => {
    const { inventory } = load({}, ['a,b[1:2],']);
    assert.deepEqual([...inventory.hosts.keys()], ['a', 'b1', 'b2']);
  });

  it('of several files is one', () => {
    const { inventory } = load({ '/i/a.yml': 'g: { hosts: { x: { v: 1 } } }\n', '/i/b.yml': 'g: { hosts: { x: { v: 2 }, y: } }\n' }, [
      '/i/a.yml',
      '/i/b.yml',
    ]);
    assert.deepEqual([hostsOf(inventory, 'g'), varsOf(inventory, 'x')], [['x', 'y'], { v: 2 }]);
  });

  const faults: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ['is not there', {}, '1:1: there is no inventory /i/hosts.yml'],
    ['is a list', { '/i/hosts.yml': '- a\n' }, '1:1: an inventory is a map of groups'],
    ['has a key that no group has', { '/i/hosts.yml': 'g:\n  host: { a: }\n' }, '2:3: a group has hosts, children and vars, not host'],
    ['has hosts as a list', { '/i/hosts.yml': 'g:\n  hosts: [a]\n' }, '2:10: hosts must be a map: each host with a colon after it'],
    ['has a range that runs backwards', { '/i/hosts.yml': 'g:\n  hosts:\n    w[5:1]:\n' }, '3:5: w[5:1] has a range that runs backwards'],
    [
      'has a range too long',
      { '/i/hosts.yml': 'g: { hosts: { "w[1:200][1:200]": } }\n' },
      '1:15: w[1:200][1:200] stands for more than 10,000 hosts',
    ],
    ['has variables that are a list', { '/i/hosts.yml': 'g: { vars: [a] }\n' }, '1:12: vars must be a map'],
    ['has a host that is a number', { '/i/hosts.yml': 'g: { hosts: { a: 5 } }\n' }, '1:18: the variables of a must be a map'],
    ['is a program', { '/i/hosts.yml': '#!/bin/sh\n' }, '1:1: executables as inventories are not supported yet'],
  ];
  for (const [what, files, says] of faults) {
    it(`that ${what} is told so, with the place`, () => {
      assert.deepEqual(
        load(files).problems.map(({ position: { line, column }, message }) => `${line}:${column}: ${message}`),
        [says],
      );
    });
  }
});
