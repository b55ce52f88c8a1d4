import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { TaskError } from '../../src/base/errors.ts';
import { admission, quote, wrap } from '../../src/connections/shell.ts';

const SECRET = "it's a se$cret";

/** What a shell makes of a command whose sudo is a function that does as sudo: `reads` is what it takes off standard input first. */
function run({ line, preamble }: { line: string; preamble: string }, { stdin = '', reads = '' } = {}): string {
  const sudo = `sudo() { ${reads} while [ "$1" != -- ]; do shift; done; shift; "$@"; }; `;
  return execFileSync('sh', ['-c', sudo + line.replace('exec sudo', 'sudo')], {
    input: preamble + stdin,
    stdio: ['pipe', 'pipe', 'ignore'],
  }).toString();
}

describe('a command for the shell', () => {
  it('is quoted so that a shell reads it back as it was', () => {
    const word = `'"$HOME\`id\`\\ \n*`;
    assert.equal(execFileSync('sh', ['-c', `printf %s ${quote(word)}`]).toString(), word);
  });

  it('cannot hold a zero byte', () => assert.throws(() => wrap(['echo', 'a\0b']), TaskError));
  it('cannot have a variable whose name no shell exports', () => assert.throws(() => wrap(['true'], { env: { 'a.b': 'x' } }), TaskError));

  it('shows neither a variable nor a password', () => {
    const { line } = wrap(['true'], { env: { A: SECRET }, become: { user: 'root', password: SECRET } });
    assert.equal(line.includes('se$cret'), false);
    assert.equal(admission({ user: 'root', password: SECRET }).line.includes('se$cret'), false);
  });

  const command = wrap(['sh', '-c', 'printf "%s|" "$A"; cat'], { env: { A: SECRET }, become: { user: 'root', password: 'pw' } });
  it('finds its own input behind the password that sudo has read', () =>
    assert.equal(run(command, { stdin: 'input', reads: 'read -r _;' }), `${SECRET}|input`));
  it('finds it too where sudo needed no password and has left it there', () =>
    assert.equal(run(command, { stdin: 'input' }), `${SECRET}|input`));

  it('starts nothing when its variables have only half arrived', () => {
    const half = { ...command, preamble: command.preamble.slice(0, -8) };
    assert.throws(() => run(half));
  });
});
