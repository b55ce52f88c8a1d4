// What is given in place of a file, or in it, to do harm: a sentence and an exit code, never a stack, and nothing that is waited for.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import { commandLine, playbookOf } from '../support/command_line.ts';

const { directory, file, run } = commandLine();
const path = (name: string) => join(directory, name);
const good = file('good.yml', playbookOf('- { name: look, command: { argv: [ls] } }'));
file('large.yml', '');
truncateSync(path('large.yml'), 50 * 2 ** 20);
execFileSync('mkfifo', [path('pipe')]);

const NO_PIPE = `${path('pipe')} is a pipe, not a file\n`;
const TOO_LARGE = `${path('large.yml')} has 50 MB; a file of more than 32 MB is not read\n`;

const cases: readonly (readonly [args: readonly string[], says: string])[] = [
  [['validate', 'pipe'], NO_PIPE],
  [['plan', 'pipe'], NO_PIPE],
  [['validate', good, '-i', 'pipe'], NO_PIPE],
  [['plan', good, '-e', '@pipe'], NO_PIPE],
  [['validate', '/dev/zero'], '/dev/zero is a device, not a file\n'],
  [['plan', '.'], '. is a directory, not a file\n'],
  [['validate', 'large.yml'], TOO_LARGE],
  [['plan', 'large.yml'], TOO_LARGE],
  [['validate', good, '-i', 'large.yml'], TOO_LARGE],
  [['plan', good, '-e', '@large.yml'], TOO_LARGE],
];

describe('a hostile file', () => {
  for (const [args, says] of cases) {
    it(`is told of, as a matter of usage: ${args.join(' ')}`, () => {
      const { status, stdout, stderr } = run(...args);
      assert.deepEqual([status, stdout, stderr], [2, '', says]);
    });
  }

  it('is waited for on stdin, as long as somebody writes', () => {
    const cli = `'${process.execPath}' '${resolve(import.meta.dirname, '../../src/cli.ts')}'`;
    const { status, stdout } = spawnSync('sh', ['-c', `(sleep 1; cat good.yml; sleep 1; echo '# end') | ${cli} validate -`], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    assert.match(stdout, /^stdin: valid/);
    assert.equal(status, 0);
  });

  it('that is no text at all is a file with faults', () => {
    writeFileSync(path('bytes.yml'), Buffer.from(Array.from({ length: 500_000 }, (_, i) => (i * 7919 + (i >> 8) * 31) & 0xff)));
    const { status, stdout, stderr } = run('validate', 'bytes.yml');
    assert.equal(status, 3);
    assert.match(
      stdout,
      /^bytes\.yml:1:1: error: a zero byte stands here: this is no text, or UTF-16; save it as UTF-8 \[file-encoding\]\n/,
    );
    assert.equal(stderr, '');
  });
});
