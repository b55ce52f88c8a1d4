import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { SecretReference } from '../../src/base/secret_reference.ts';
import { readSecret } from '../../src/connections/secret_source.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchyard-secret-'));
const file = (name: string, text: string, mode = 0o600) => {
  writeFileSync(join(directory, name), text);
  chmodSync(join(directory, name), mode);
  return name;
};
const warnings: string[] = [];
const read = (reference: SecretReference) =>
  readSecret(reference, {
    env: { ...process.env, TOKEN: 'hunter2\n', EMPTY: '' },
    home: directory,
    cwd: directory,
    warn: (message) => warnings.push(message),
  });

describe('a secret', () => {
  file('plain', 'hunter2\n');
  file('lines', 'one\ntwo\r\n');
  file('exact', ' hunter2 ');
  const secrets: readonly (readonly [string, SecretReference, string])[] = [
    ['an environment variable', { env: 'TOKEN' }, 'hunter2'],
    ['a file', { file: 'plain' }, 'hunter2'],
    ['a file of the home directory', { file: '~/plain' }, 'hunter2'],
    ['a file with several lines', { file: 'lines' }, 'one\ntwo'],
    ['a file without a line break', { file: 'exact' }, ' hunter2 '],
    ['a program', { command: ['printf', '%s\\n', '$TOKEN; hunter2'] }, '$TOKEN; hunter2'],
    ['a program, in the working directory', { command: ['cat', 'plain'] }, 'hunter2'],
  ];
  for (const [what, reference, secret] of secrets) it(`is read of ${what}`, async () => assert.equal(await read(reference), secret));

  file('empty', '\n');
  file('large', 'x'.repeat(70_000));
  const faults: readonly (readonly [string, SecretReference, string])[] = [
    ['is not set', { env: 'NOWHERE' }, 'the environment variable NOWHERE is not set'],
    ['is empty', { env: 'EMPTY' }, 'the environment variable EMPTY is empty'],
    ['is not there', { file: 'gone' }, 'there is no file gone'],
    ['is a directory', { file: '/' }, 'the file / cannot be read: EISDIR'],
    ['is an empty file', { file: 'empty' }, 'the file empty is empty'],
    ['is a large file', { file: 'large' }, 'the file large is longer than 64 KiB: that is no secret'],
    ['is of a program that prints nothing', { command: ['true'] }, 'what true prints is empty'],
    [
      'is of a program that is not there',
      { command: ['/no/such', 'show', 'x'] },
      '/no/such show x cannot be started: ENOENT; what it said is not shown here: run it by hand to see why',
    ],
    [
      'is of a program that fails, and what it said is not told',
      { command: ['sh', '-c', 'echo hunter2; echo hunter3 >&2; exit 4'] },
      'sh -c echo hunter2; echo hunter3 >&2; exit 4 ended with 4; what it said is not shown here: run it by hand to see why',
    ],
  ];
  for (const [what, reference, message] of faults)
    it(`that ${what} is told`, async () => assert.rejects(read(reference), { name: 'UsageError', message }));

  it('in a file that others may read is warned of', async () => {
    warnings.length = 0;
    file('open', 'hunter2', 0o640);
    assert.equal(await read({ file: 'open' }), 'hunter2');
    await read({ file: 'plain' });
    assert.deepEqual(warnings, ['the secret in open may be read by others; chmod 600 open keeps them out']);
  });
});
