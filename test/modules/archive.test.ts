import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ConnectionError, Refusal, TaskError } from '../../src/base/errors.ts';
import type { Detached } from '../../src/connections/connection.ts';
import { archive } from '../../src/modules/archive.ts';
import type { Outputs, Target } from '../../src/modules/module.ts';
import { localTarget } from '../support/local_target.ts';
import { type Answer, type Row, ScriptedConnection, scriptedTarget } from '../support/scripted_connection.ts';

async function place(): Promise<{ target: Target; source: string; dest: string; directory: string }> {
  const { target, directory } = await localTarget();
  const source = join(directory, 'data');
  mkdirSync(join(source, 'inner'), { recursive: true });
  mkdirSync(join(directory, 'backups'));
  writeFileSync(join(source, 'inner/a file'), 'x'.repeat(100_000));
  writeFileSync(join(source, '-odd'), 'y');
  return { target, source, dest: join(directory, 'backups/data.tgz'), directory };
}

async function pack(args: Parameters<typeof archive.check>[0], target: Target): Promise<Outputs> {
  const looked = await archive.check(args, target);
  assert.equal(looked.status, 'changes');
  return archive.apply(args, (looked as Extract<typeof looked, { status: 'changes' }>).change, target);
}

describe('archive', () => {
  it('packs, proves and names an archive that unpacks to the same files, and then has nothing to do', async () => {
    const { target, source, dest, directory } = await place();
    const outputs = await pack({ path: [source], dest }, target);
    assert.deepEqual([outputs.dest, outputs.files], [dest, 4]);
    mkdirSync(join(directory, 'out'));
    execFileSync('tar', ['-xzf', dest, '-C', join(directory, 'out')]);
    assert.equal(execFileSync('diff', ['-r', source, join(directory, 'out', source)]).toString(), '');
    assert.deepEqual(readdirSync(join(directory, 'backups')), ['data.tgz', 'data.tgz.sha256']);
    assert.deepEqual(await archive.check({ path: [source], dest }, target), {
      status: 'ok',
      outputs,
      summary: `${dest} is there, and is what its checksum says`,
    });
  });

  it('never overwrites what is there without its checksum, or with another one', async () => {
    const { target, source, dest } = await place();
    writeFileSync(dest, 'all that is left of something');
    await assert.rejects(archive.check({ path: [source], dest }, target), Refusal);
    writeFileSync(`${dest}.sha256`, `# 1 files\n${'0'.repeat(64)}  data.tgz\n`);
    await assert.rejects(archive.check({ path: [source], dest }, target), Refusal);
    assert.equal(readFileSync(dest, 'utf8'), 'all that is left of something');
  });

  it('notices an archive that was spoilt later', async () => {
    const { target, source, dest } = await place();
    await pack({ path: [source], dest }, target);
    writeFileSync(dest, 'spoilt');
    await assert.rejects(archive.check({ path: [source], dest }, target), /not what .*\.sha256 says/);
  });

  it('passes over an empty source if asked, and packs it otherwise', async () => {
    const { target, dest, directory } = await place();
    mkdirSync(join(directory, 'empty'));
    const args = { path: [join(directory, 'empty')], dest };
    const result = await archive.check({ ...args, skip_empty: true }, target);
    assert.deepEqual(result.status === 'ok' && result.summary, 'empty: nothing to archive');
    const looked = await archive.check(args, target);
    assert.equal(looked.status === 'changes' && looked.change.summary, `archive ${args.path[0]} as ${dest}`);
    assert.match((looked.status === 'changes' && looked.change.figures) || '', /^[\d.]+ (B|KiB)$/);
  });

  it('refuses a source that is not there, a place that is no directory, and an archive that would hold itself', async () => {
    const { target, source, dest, directory } = await place();
    writeFileSync(join(directory, 'backups/file'), '');
    await assert.rejects(archive.check({ path: [join(directory, 'gone')], dest }, target), /which is to be archived, is not there/);
    await assert.rejects(
      archive.check({ path: [source], dest: join(source, '../backups/file/x.tgz') }, target),
      /where the archive is to be written, is not a directory/,
    );
    await assert.rejects(archive.check({ path: [directory], dest }, target), /would hold itself/);
  });

  it('keeps links, holes, odd names, and leaves out sockets and its own folder', async () => {
    const { target, source, dest, directory } = await place();
    linkSync(join(source, 'inner/a file'), join(source, 'hard'));
    symlinkSync('/gone', join(source, 'dangling'));
    writeFileSync(join(source, 'new\nline'), '');
    execFileSync('truncate', ['-s', '50M', join(source, 'sparse')]);
    mkdirSync(join(source, '.switchyard'));
    const socket = createServer().listen(join(source, 'socket'));
    await once(socket, 'listening');
    const outputs = await pack({ path: ['.'], chdir: source, dest, mode: '0640' }, target).finally(() => socket.close());
    assert.deepEqual([outputs.files, statSync(dest).mode & 0o777], [8, 0o640]);
    const out = join(directory, 'out');
    mkdirSync(out);
    execFileSync('tar', ['-xzf', dest, '-C', out]);
    assert.deepEqual(readdirSync(out).sort(), ['-odd', 'dangling', 'hard', 'inner', 'new\nline', 'sparse']);
    assert.equal(statSync(join(out, 'hard')).ino, statSync(join(out, 'inner/a file')).ino);
    assert.ok(statSync(join(out, 'sparse')).blocks < 1000);
  });

  describe('on a host that answers', () => {
    const dest = '/backups/data.tgz';
    const args = { path: ['/opt/trains/data'], dest };
    const change = { summary: '', detail: { bytes: 1024 } };
    const sum = 'a'.repeat(64);
    const absent = { code: 1, stderr: 'stat: No such file or directory' };
    const directory = '4096|755|0:0|root:root|directory';
    const fit: readonly Row[] = [
      [`env LC_ALL=C stat -L -c %s|%a|%u:%g|%U:%G|%F -- ${dest}`, absent],
      ['env LC_ALL=C stat', directory],
    ];
    const made: readonly Row[] = [
      ['env LC_ALL=C stat', '900|600|0:0|root:root|regular file'],
      ['env LC_ALL=C sha256sum', `${sum}  ${dest}\n`],
    ];
    const files = { [`${dest}.sha256`]: `# 3 files\n${sum}  data.tgz\n` };
    const attempt = (target: Target, number: number) =>
      `${target.run.directory}/archive-${createHash('sha256').update(dest).digest('hex').slice(0, 12)}-${number}`;

    const refusals: readonly (readonly [string, readonly Row[], string])[] = [
      [
        'a tar that cannot compare',
        [['env LC_ALL=C tar', 'tar (busybox) 1.36.1\n']],
        'tar is not GNU tar, which alone can compare an archive with its source',
      ],
      [
        'a disk without room',
        [
          ['env LC_ALL=C tar', 'tar (GNU tar) 1.34\n'],
          ['env LC_ALL=C du', '1000\topt/trains/data\n3145728\ttotal\n'],
          ['env LC_ALL=C df', 'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 9 8 2097152 80% /\n'],
        ],
        '/backups has 2.0 GiB free, the sources have 3.0 GiB: the archive may not fit',
      ],
    ];
    for (const [what, rows, message] of refusals) {
      it(`refuses ${what}`, async () => {
        const target = scriptedTarget(new ScriptedConnection([...fit, ...rows]));
        await assert.rejects(archive.check(args, target), { name: 'Refusal', message: `trains-1: ${message}` });
      });
    }

    it('does not take a source it may not measure for a small one', async () => {
      const denied = { code: 1, stdout: '4\ttotal\n', stderr: "du: cannot read directory 'opt/trains/data/mongo': Permission denied" };
      const rows: readonly Row[] = [
        ...fit,
        ['env LC_ALL=C tar', 'tar (GNU tar) 1.34\n'],
        ['env LC_ALL=C du', denied],
        ['env LC_ALL=C df', ''],
      ];
      await assert.rejects(archive.check(args, scriptedTarget(new ScriptedConnection(rows))), {
        name: 'TaskError',
        message: "trains-1: cannot measure the sources: du: cannot read directory 'opt/trains/data/mongo': Permission denied",
      });
    });

    const ends: readonly (readonly [Answer, string, string | undefined])[] = [
      [
        { code: 11, stderr: 'tar: a: Wrote only 4096 of 10240 bytes\ntar: Error is not recoverable: exiting now' },
        'the sources cannot be packed: tar: a: Wrote only 4096 of 10240 bytes',
        undefined,
      ],
      [
        { code: 12, stderr: 'gzip: stdin: unexpected end of file' },
        'the archive cannot be read back: gzip: stdin: unexpected end of file',
        undefined,
      ],
      [
        { code: 13, stderr: 'data/x: Mod time differs' },
        'the archive is not what the sources are: something was changed while the archive was made',
        'stop whatever writes below /opt/trains/data, then run again',
      ],
      [
        { code: 14, stderr: '4 files are there, 3 are in the archive' },
        'the archive does not hold all files: 4 files are there, 3 are in the archive',
        undefined,
      ],
      [{ signal: 'SIGKILL' }, 'the packing was killed by SIGKILL', undefined],
    ];
    for (const [answer, message, next] of ends) {
      it(`fails where ${message}`, async () => {
        const target = scriptedTarget(new ScriptedConnection([['sh -c', answer]]));
        await assert.rejects(archive.apply(args, change, target), (error: TaskError) => {
          assert.deepEqual(
            [error.name, error.message, error.detail.next, error.detail.state],
            ['TaskError', `trains-1: ${dest}: ${message}`, next, `there is no ${dest}, and the sources are as they were`],
          );
          return true;
        });
      });
    }

    it('packs anew beside an attempt that failed', async () => {
      const connection = new ScriptedConnection([['sh -c', [{ code: 12 }, '']], ...made], { files });
      const target = scriptedTarget(connection);
      await assert.rejects(archive.apply(args, change, target), TaskError);
      assert.deepEqual(await archive.apply(args, change, target), { dest, bytes: 900, sha256: sum, files: 3 });
      assert.ok(await connection.attach(attempt(target, 2)));
    });

    it('goes on with what a broken run has left running, and starts nothing', async () => {
      const connection = new ScriptedConnection(made, { files });
      const running: Detached = {
        directory: '',
        poll: async () => undefined,
        wait: async ({ onOutput } = {}) => {
          onOutput?.('pack\nat 20', 'stdout');
          onOutput?.('00\n', 'stdout');
          return { code: 0, stdout: '', stderr: '' };
        },
        kill: async () => assert.fail('killed'),
      };
      connection.attach = async () => running;
      const target = scriptedTarget(connection);
      const large = { summary: '', detail: { bytes: 30_000_000 } };
      assert.deepEqual(await archive.apply(args, large, target), { dest, bytes: 900, sha256: sum, files: 3 });
      assert.deepEqual(target.told, [
        { text: 'pack', done: 0, total: 30_000_000, unit: 'bytes' },
        { text: 'pack', done: 20_480_000, total: 30_000_000, unit: 'bytes' },
      ]);
    });

    it('is left running when the link is lost, and ended when the user interrupts', async () => {
      const lost = new ConnectionError('trains-1', 'lost', 'trains-1: the link was lost');
      for (const [reason, signal, expected] of [
        [lost, new AbortController().signal, 0],
        [new Error('interrupted'), AbortSignal.abort(), 1],
      ] as const) {
        let killed = 0;
        const connection = new ScriptedConnection();
        const detached: Detached = {
          directory: '',
          poll: async () => undefined,
          wait: () => Promise.reject(reason),
          kill: async () => {
            killed++;
          },
        };
        connection.attach = async () => detached;
        await assert.rejects(archive.apply(args, change, scriptedTarget(connection, { signal })), reason);
        assert.equal(killed, expected);
      }
    });
  });

  it('makes the directory where it is to be, for its owner alone', async () => {
    const { target, source, directory } = await place();
    await pack({ path: [source], dest: join(directory, 'new/deep/data.tgz') }, target);
    assert.deepEqual(
      ['new', 'new/deep'].map((name) => statSync(join(directory, name)).mode & 0o777),
      [0o700, 0o700],
    );
  });

  it('fails, and leaves nothing behind, where a source changes while it is packed', async () => {
    const { target, source, dest, directory } = await place();
    const args = { path: [source], dest };
    const looked = await archive.check(args, target);
    let on = true;
    const writer = (async () => {
      for (let i = 0; on; i++) {
        writeFileSync(join(source, 'inner/a file'), String(i % 10).repeat(3_000_000));
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const applied = archive.apply(args, (looked as Extract<typeof looked, { status: 'changes' }>).change, target);
    await assert.rejects(applied, TaskError).finally(() => {
      on = false;
    });
    await writer;
    assert.equal(existsSync(dest), false);
    assert.deepEqual(readdirSync(join(directory, 'backups')), []);
  });
});
