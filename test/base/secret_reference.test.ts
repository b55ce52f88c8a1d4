import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isSecretName, placedReference, secretReference } from '../../src/base/secret_reference.ts';

describe('a reference to a secret', () => {
  const references: readonly unknown[] = [{ env: 'X' }, { file: '/etc/x' }, { command: ['pass', 'show', 'x'] }];
  for (const value of references) it(`is ${JSON.stringify(value)}`, () => assert.deepEqual(secretReference(value), value));

  const others: readonly unknown[] = [
    ...['x', 5, null, undefined, [], {}, ['env']],
    ...[{ env: 5 }, { env: 'X', file: 'y' }, { command: 'pass show x' }, { command: [] }, { command: ['a', 5] }, { cmd: ['a'] }],
  ];
  for (const value of others) it(`is not ${JSON.stringify(value)}`, () => assert.equal(secretReference(value), undefined));

  it('has its file beside the file that names it', () => {
    const placed = (value: unknown) => placedReference(value, () => 'inventories/group_vars/all.yml');
    assert.deepEqual(placed({ file: 'secrets/x' }), { file: 'inventories/group_vars/secrets/x' });
    assert.deepEqual(placed({ file: '../x' }), { file: 'inventories/x' });
    for (const value of [{ file: '/x' }, { file: '~/x' }, { file: '{{ inventory_dir }}/x' }, { env: 'X' }, 'x'])
      assert.equal(placed(value), value);
  });

  it('may stand for variables with a name of a password', () => {
    const names = ['ansible_password', 'ansible_ssh_pass', 'ansible_become_password', 'ansible_become_pass', 'ansible_ssh_passphrase'];
    assert.deepEqual([...names, 'password', 'ansible_passwd', 'ansible_host'].filter(isSecretName), names);
  });
});
