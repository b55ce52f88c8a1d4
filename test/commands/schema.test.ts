// switchyard schema as a process: schemas that need no other file, on stdout and as files.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { after, describe, it } from 'mocha';
import { parse } from 'yaml';
import { bundled, bundleNames } from '../../src/playbook/bundle.ts';

const root = resolve(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'switchyard-schema-'));
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/cli.ts'), 'schema', ...args], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 10e6,
  });
  return { status, stdout, stderr };
};
/** Refuses what is not complete: a reference to another file cannot be followed. */
const compile = (text: string) => new Ajv({ strict: false, formats: { expression: true } }).compile(JSON.parse(text) as object);

describe('switchyard schema', () => {
  after(() => rmSync(directory, { recursive: true }));

  it('prints the schema of playbooks, by which the shipped one is valid and a misspelt argument is not', () => {
    const { status, stdout, stderr } = run();
    assert.deepEqual([status, stderr], [0, '']);
    const validate = compile(stdout);
    const shipped = readFileSync(join(root, 'playbooks/trains-0.16.yml'), 'utf8');
    const read = (text: string): unknown => parse(text, { merge: true });
    assert.equal(validate(read(shipped)), true, JSON.stringify(validate.errors));
    assert.equal(validate(read(shipped.replace('upgrade_to:', 'upgrade_too:'))), false);
  });

  it('has each complete in itself', () => {
    for (const [name, file] of bundleNames()) {
      compile(bundled(file));
      assert.match(bundled(file), new RegExp(`^{\n {2}"\\$schema": "http://json-schema.org/draft-07/schema#",\n {2}"title": "${name}",\n`));
    }
    assert.equal(run('uri').stdout, bundled('modules/uri.json'));
  });

  it('says which schemas there are', () => {
    assert.deepEqual(run('urii'), { status: 2, stdout: '', stderr: 'there is no schema urii; did you mean uri?\n' });
    assert.deepEqual(run('nothing-like-it'), {
      status: 2,
      stdout: '',
      stderr: `there is no schema nothing-like-it; one of ${[...bundleNames().keys()].join(', ')}\n`,
    });
  });

  it('writes all of them, and leaves those alone that are as they should be', () => {
    const files = [...bundleNames().values()];
    assert.equal(run('--write', 'all').stdout, files.map((file) => `all/${file}: written\n`).join(''));
    assert.equal(run('--write', 'all').stdout, files.map((file) => `all/${file}: as it was\n`).join(''));
    for (const file of files) compile(readFileSync(join(directory, 'all', file), 'utf8'));
  });

  it('replaces the one of an earlier version, and nothing else', () => {
    run('uri', '--write', 'one');
    const file = join(directory, 'one/modules/uri.json');
    const now = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(now) as object), description: 'as it was in an earlier version' }));
    assert.deepEqual(run('uri', '--write', 'one'), { status: 0, stdout: 'one/modules/uri.json: replaced\n', stderr: '' });
    assert.equal(readFileSync(file, 'utf8'), now);
    writeFileSync(file, '{"mine": true}');
    assert.deepEqual(run('--write', 'one'), {
      status: 2,
      stdout: '',
      stderr: 'one/modules/uri.json is there and is no schema of switchyard; nothing was written\n',
    });
    assert.equal(readFileSync(file, 'utf8'), '{"mine": true}');
  });
});
