// switchyard init as a process: what it writes is valid as it stands, and nothing is ever written over.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'mocha';

const cli = resolve(import.meta.dirname, '../../src/cli.ts');
const directory = mkdtempSync(join(tmpdir(), 'switchyard-init-'));
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: directory, encoding: 'utf8' });
  return { status, stdout, stderr };
};
const read = (name: string) => readFileSync(join(directory, name), 'utf8');

const NEXT = `
next:
  write your hosts into inventory.yml
  switchyard validate trains-0.16.yml -i inventory.yml
  switchyard plan trains-0.16.yml -i inventory.yml
`;

describe('switchyard init', () => {
  after(() => rmSync(directory, { recursive: true }));

  it('writes a playbook, an inventory and the schemas that they name, and leaves alone what is there', () => {
    writeFileSync(join(directory, 'inventory.yml'), 'trains: { hosts: { mine: } }\n');
    assert.deepEqual(run('init'), {
      status: 0,
      stdout: `trains-0.16.yml: written\ninventory.yml: is there already, and stays as it is\nschemas/playbook.json: written\nschemas/inventory.json: written\n${NEXT}`,
      stderr: '',
    });
    assert.equal(read('inventory.yml'), 'trains: { hosts: { mine: } }\n');
    assert.match(read('trains-0.16.yml'), /^# yaml-language-server: \$schema=schemas\/playbook\.json\n/);
    for (const name of ['playbook', 'inventory']) assert.equal((JSON.parse(read(`schemas/${name}.json`)) as { title: string }).title, name);
  });

  it('writes what is valid as it stands', () => {
    rmSync(join(directory, 'inventory.yml'));
    assert.match(run('init').stdout, /^trains-0\.16\.yml: is there already, and stays as it is\ninventory\.yml: written\n/);
    assert.match(read('inventory.yml'), /^# yaml-language-server: \$schema=schemas\/inventory\.json\n/);
    assert.doesNotMatch(read('inventory.yml'), /several-hosts|playbooks\//);
    assert.deepEqual(run('validate', '--strict', 'trains-0.16.yml', '-i', 'inventory.yml'), {
      status: 0,
      stdout: 'inventory.yml, trains-0.16.yml: valid\n',
      stderr: '',
    });
  });

  it('says what it cannot write', () => {
    rmSync(join(directory, 'schemas'), { recursive: true });
    writeFileSync(join(directory, 'schemas'), '');
    const { status, stderr } = run('init');
    assert.equal(status, 2);
    assert.match(stderr, /^cannot write .*schemas\/playbook\.json: (EEXIST|ENOTDIR)/);
  });
});
