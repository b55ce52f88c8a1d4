import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import { readTextFile } from '../../src/cli/file.ts';

describe('a file that somebody names', () => {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-file-'));
  after(() => rmSync(directory, { recursive: true }));
  const path = (name: string) => join(directory, name);

  it('is read as text, also where the system does not know its size', () => {
    writeFileSync(path('a.yml'), 'a: é\n');
    assert.equal(readTextFile(path('a.yml')), 'a: é\n');
    assert.match(readTextFile('/proc/self/status'), /^Name:/);
  });

  it('is not waited for where it is a pipe or a device', () => {
    execFileSync('mkfifo', [path('pipe')]);
    assert.throws(() => readTextFile(path('pipe')), { name: 'UsageError', message: `${path('pipe')} is a pipe, not a file` });
    assert.throws(() => readTextFile('/dev/zero'), { name: 'UsageError', message: '/dev/zero is a device, not a file' });
  });

  it('is not read where it is too large', () => {
    writeFileSync(path('large.yml'), '');
    truncateSync(path('large.yml'), 50 * 2 ** 20);
    const message = `${path('large.yml')} has 50 MB; a file of more than 32 MB is not read`;
    assert.throws(() => readTextFile(path('large.yml')), { name: 'UsageError', message });
  });

  it('that is not there, or is a directory, is told by the system', () => {
    assert.throws(() => readTextFile(path('missing')), { code: 'ENOENT' });
    assert.throws(() => readTextFile(directory), { code: 'EISDIR' });
  });
});
