import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { Refusal, TaskError } from '../../src/base/errors.ts';
import { archive } from '../../src/modules/archive.ts';
import type { Outputs, Target } from '../../src/modules/module.ts';
import { localTarget } from '../support/local_target.ts';

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
    assert.equal((await archive.check(args, target)).status, 'changes');
  });

  it('refuses a source that is not there, a place that is not there, and an archive that would hold itself', async () => {
    const { target, source, dest, directory } = await place();
    await assert.rejects(archive.check({ path: [join(directory, 'gone')], dest }, target), /which is to be archived, is not there/);
    await assert.rejects(
      archive.check({ path: [source], dest: join(directory, 'none/x.tgz') }, target),
      /where the archive is to be written, is not there/,
    );
    await assert.rejects(archive.check({ path: [directory], dest }, target), /would hold itself/);
  });

  it('in a plan takes a place that an earlier step would make for granted', async () => {
    const { target, source, directory } = await place();
    const planned = { ...target, run: { ...target.run, check: true } };
    assert.equal((await archive.check({ path: [source], dest: join(directory, 'none/x.tgz') }, planned)).status, 'changes');
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
