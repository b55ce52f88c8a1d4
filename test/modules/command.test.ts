import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ConnectionError, Refusal, type TaskError } from '../../src/base/errors.ts';
import { command } from '../../src/modules/command.ts';
import { localTarget } from '../support/local_target.ts';
import { ScriptedConnection, scriptedTarget } from '../support/scripted_connection.ts';

describe('command', () => {
  const change = { summary: '', detail: undefined };

  it('is always a change, and gives its output and code', async () => {
    const { target } = await localTarget();
    const args = { cmd: 'echo one; echo two; echo three >&2; exit 3', expect_rc: [0, 3] };
    assert.deepEqual(await command.check(args, target), {
      status: 'changes',
      change: { ...change, summary: 'run "echo one; echo two; echo three >&2; exit 3"' },
    });
    assert.deepEqual(await command.apply(args, change, target), {
      rc: 3,
      stdout: 'one\ntwo\n',
      stderr: 'three\n',
      stdout_lines: ['one', 'two'],
    });
  });

  it('hands its words on as they are, without a shell', async () => {
    const { target } = await localTarget();
    const odd = `a b'c"d$HOME\n*`;
    assert.equal((await command.apply({ argv: ['printf', '%s', odd] }, change, target)).stdout, odd);
  });

  it('is nothing to do where what it creates is there, or what it removes is not', async () => {
    const { target, directory } = await localTarget();
    writeFileSync(join(directory, 'made'), '');
    assert.equal((await command.check({ cmd: 'x', creates: join(directory, 'made') }, target)).status, 'ok');
    assert.equal((await command.check({ cmd: 'x', creates: join(directory, 'other') }, target)).status, 'changes');
    assert.equal((await command.check({ cmd: 'x', removes: join(directory, 'other') }, target)).status, 'ok');
    assert.equal((await command.check({ cmd: 'x', chdir: directory, removes: 'made' }, target)).status, 'changes');
  });

  it('runs in the directory it is told, with what it is given to read', async () => {
    const { target, directory } = await localTarget();
    await command.apply({ cmd: 'cat > read', chdir: directory, stdin: 'text' }, change, target);
    assert.ok(existsSync(join(directory, 'read')));
  });

  it('that fails says its code, the tail of what it said, and that nothing is taken back', async () => {
    const { target } = await localTarget();
    await assert.rejects(command.apply({ argv: ['sh', '-c', 'echo no luck >&2; exit 7'] }, change, target), (error: TaskError) => {
      assert.match(error.message, /^here: "sh -c .*" ended with exit 7, expected 0$/);
      assert.match(error.detail.output ?? '', /no luck/);
      assert.match(error.detail.state ?? '', /still done/);
      return true;
    });
  });

  it('that is killed is not one that ended well', async () => {
    const { target } = await localTarget();
    await assert.rejects(command.apply({ cmd: 'kill -9 $$' }, change, target), {
      name: 'TaskError',
      message: 'here: "kill -9 $$" was killed by SIGKILL, expected 0',
    });
  });

  it('tells its last line as it comes', async () => {
    const { target } = await localTarget();
    const told: string[] = [];
    await command.apply({ cmd: 'echo one; sleep 0.2; echo two >&2' }, change, { ...target, progress: ({ text }) => told.push(text) });
    assert.deepEqual(told, ['one', 'two']);
  });

  it('is not run where nobody can say whether it has been done, and not taken for failed when the link is lost', async () => {
    const lost = new ConnectionError('trains-1', 'lost', 'trains-1: the link was lost');
    const denied = { code: 1, stderr: "stat: cannot statx '/root/done': Permission denied" };
    const target = scriptedTarget(
      new ScriptedConnection([
        ['env LC_ALL=C stat', denied],
        ['make', lost],
      ]),
    );
    await assert.rejects(command.check({ argv: ['make'], creates: '/root/done' }, target), {
      name: 'TaskError',
      message: "trains-1: cannot look at /root/done: stat: cannot statx '/root/done': Permission denied",
    });
    await assert.rejects(command.apply({ argv: ['make'] }, change, target), lost);
  });

  it('ends when the user interrupts', async () => {
    const reason = new Error('interrupted');
    const { target } = await localTarget({ signal: AbortSignal.abort(reason) });
    await assert.rejects(command.apply({ argv: ['sleep', '60'] }, change, target), reason);
  });

  it('with neither or both of argv and cmd is refused', async () => {
    const { target } = await localTarget();
    await assert.rejects(command.check({}, target), Refusal);
    await assert.rejects(command.check({ argv: ['ls'], cmd: 'ls' }, target), Refusal);
  });

  it('with a secret in its words is refused: everybody on the host could read it', async () => {
    const { target } = await localTarget();
    target.secrets.mark('correct horse');
    await assert.rejects(command.check({ argv: ['login', '--password=correct horse'] }, target), /holds a secret/);
  });
});
