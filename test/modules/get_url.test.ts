import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ConnectionError, Refusal } from '../../src/base/errors.ts';
import { getUrl } from '../../src/modules/get_url.ts';
import type { Module, Outputs, Target } from '../../src/modules/module.ts';
import { localTarget } from '../support/local_target.ts';
import { ScriptedConnection, scriptedTarget } from '../support/scripted_connection.ts';
import { withWeb } from '../support/web.ts';

const COMPOSE = 'version: "3.6"\nservices:\n  redis: { image: "redis:5.0" }\n';
const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const serve =
  (text: string, status = 200) =>
  (_request: unknown, response: { writeHead(code: number): { end(body: string): void } }) =>
    response.writeHead(status).end(text);

async function go<Args>(module: Module<Args, never>, args: Args, target: Target): Promise<unknown> {
  const looked = await module.check(args, target);
  return looked.status === 'changes' ? module.apply(args, looked.change, target) : looked;
}
const fetchIt = (args: Parameters<typeof getUrl.check>[0], target: Target) => go(getUrl as never, args, target);

describe('get_url', () => {
  for (const via of ['host', 'controller'] as const) {
    it(`via ${via}: downloads, checks, renames into place, and then has nothing to do`, async () => {
      const { target, directory } = await localTarget();
      await withWeb(serve(COMPOSE) as never, async (address) => {
        const dest = join(directory, 'new.yml');
        const args = {
          url: `${address}/c.yml`,
          dest,
          sha256: sha(COMPOSE),
          parse: 'compose' as const,
          allow_insecure: true,
          via,
          mode: '0600',
        };
        await fetchIt(args, target);
        assert.equal(readFileSync(dest, 'utf8'), COMPOSE);
        assert.equal(statSync(dest).mode & 0o777, 0o600);
        assert.equal((await getUrl.check(args, target)).status, 'ok');
        assert.deepEqual(readdirSync(directory), ['new.yml']);
      });
    });
  }

  const bad: readonly (readonly [string, string, number, object, RegExp])[] = [
    ['a 404 answer, which curl alone would take for the file', '404: Not Found', 404, {}, /404/],
    ['another content than its sum says', 'other', 200, { sha256: sha(COMPOSE) }, /has the sha256 .*, expected/],
    ['what is no compose file', 'a: 1\n', 200, { parse: 'compose' }, /no compose file/],
    ['what is no JSON', '{', 200, { parse: 'json' }, /not JSON/],
  ];
  for (const [what, text, status, more, says] of bad) {
    it(`refuses ${what}, and leaves what was there`, async () => {
      const { target, directory } = await localTarget();
      const dest = join(directory, 'file');
      writeFileSync(dest, 'before');
      await withWeb(serve(text, status) as never, async (address) => {
        await assert.rejects(fetchIt({ url: `${address}/f`, dest, force: true, allow_insecure: true, ...more }, target), says);
      });
      assert.equal(readFileSync(dest, 'utf8'), 'before');
      assert.deepEqual(readdirSync(directory), ['file']);
    });
  }

  it('keeps a copy of what it replaces', async () => {
    const { target, directory } = await localTarget();
    const dest = join(directory, 'file');
    writeFileSync(dest, 'before');
    await withWeb(serve('after') as never, async (address) => {
      const outputs = (await fetchIt({ url: address, dest, force: true, allow_insecure: true }, target)) as { backup: string };
      assert.equal(readFileSync(outputs.backup, 'utf8'), 'before');
      await getUrl.undo!({ url: address, dest }, outputs as never, target);
      assert.equal(readFileSync(dest, 'utf8'), 'before');
    });
  });

  it('undoes what it has written, and nothing that was changed since', async () => {
    const { target, directory } = await localTarget();
    const dest = join(directory, 'file');
    await withWeb(serve('new') as never, async (address) => {
      const outputs = (await fetchIt({ url: address, dest, allow_insecure: true }, target)) as Outputs;
      writeFileSync(dest, 'edited');
      await assert.rejects(getUrl.undo!({ url: address, dest }, outputs, target), {
        message: `here: ${dest} was changed after it was downloaded`,
        detail: { state: `${dest} is left as it is`, next: `look at ${dest} and remove it by hand` },
      });
      writeFileSync(dest, 'new');
      await getUrl.undo!({ url: address, dest }, outputs, target);
      assert.deepEqual(readdirSync(directory), []);
    });
  });

  it('writes through a symbolic link and keeps the permissions of what it replaces', async () => {
    const { target, directory } = await localTarget();
    const [real, dest] = [join(directory, 'real'), join(directory, 'link')];
    writeFileSync(real, 'before', { mode: 0o640 });
    symlinkSync(real, dest);
    await withWeb(serve('after') as never, async (address) => {
      await fetchIt({ url: address, dest, force: true, allow_insecure: true }, target);
    });
    assert.deepEqual([readFileSync(real, 'utf8'), statSync(real).mode & 0o777, lstatSync(dest).isSymbolicLink()], ['after', 0o640, true]);
  });

  it('calls a directory it may not look into no absent one', async () => {
    const denied = { code: 1, stderr: "stat: cannot statx '/opt/trains': Permission denied" };
    const connection = new ScriptedConnection([['env LC_ALL=C stat', denied]]);
    await assert.rejects(getUrl.check({ url: 'https://x/y', dest: '/opt/trains/y' }, scriptedTarget(connection)), {
      name: 'TaskError',
      message: "trains-1: cannot look at /opt/trains: stat: cannot statx '/opt/trains': Permission denied",
    });
  });

  it('says what is true when the link is lost in the middle: nothing it could know', async () => {
    const lost = new ConnectionError('trains-1', 'lost', 'trains-1: the link was lost');
    const connection = new ScriptedConnection([
      ['sh -c umask', lost],
      ['rm -f', lost],
    ]);
    const change = { summary: '', detail: { download: true, found: undefined } };
    await assert.rejects(getUrl.apply({ url: 'https://x/y', dest: '/opt/y' }, change, scriptedTarget(connection)), lost);
  });

  it('refuses http, a directory that is not there, and a password in the url', async () => {
    const { target, directory } = await localTarget();
    await assert.rejects(getUrl.check({ url: 'http://x/y', dest: join(directory, 'y') }, target), Refusal);
    await assert.rejects(getUrl.check({ url: 'https://x/y', dest: join(directory, 'none/y') }, target), /is not there/);
    await assert.rejects(getUrl.check({ url: 'https://u:p@x/y', dest: join(directory, 'y') }, target), /password/);
  });
});
