import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Refusal } from '../../src/base/errors.ts';
import { connect } from '../../src/connections/connect.ts';
import type { Connection } from '../../src/connections/connection.ts';
import { breakLock, Locked, readLock, takeLock } from '../../src/run/lock.ts';
import { localAddress, localContext } from '../support/local.ts';

describe('the lock of a host', () => {
  let connection: Connection;
  let directory: string;
  const holder = (run: string) => ({ run, who: 'ops@console', since: '2026-01-01T00:00:00.000Z' });
  const never = () => assert.fail('the lock is not lost');
  beforeEach(async () => {
    connection = await connect(localAddress('one'), localContext);
    directory = mkdtempSync(join(tmpdir(), 'switchyard-lock-'));
  });
  afterEach(() => connection.close());

  it('is a file that says who holds it, and is gone after its release', async () => {
    const lock = await takeLock(connection, directory, holder('a-1'), never);
    assert.deepEqual(JSON.parse(readFileSync(join(directory, '.switchyard/lock'), 'utf8')), holder('a-1'));
    await lock.release();
    assert.equal(existsSync(join(directory, '.switchyard/lock')), false);
  });

  it('is taken by one of many that try at once', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => takeLock(connection, directory, holder(`run-${i}`), never)),
    );
    const taken = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(taken.length, 1);
    assert.ok(tries.every((one) => one.status === 'fulfilled' || one.reason instanceof Locked));
    await taken[0]!.release();
  });

  it('names its holder and the command that removes it', async () => {
    const lock = await takeLock(connection, directory, holder('a-1'), never);
    await assert.rejects(takeLock(connection, directory, holder('b-2'), never), (error: Locked) => {
      assert.match(error.message, /^one: locked by run a-1 of ops@console since 2026-01-01T00:00:00\.000Z, last sign of life \d+ s ago$/);
      assert.equal(error.detail.next, 'wait for it, or, if that run is dead: switchyard unlock one a-1');
      return error instanceof Locked;
    });
    await lock.release();
  });

  it('is removed only by the name of its run', async () => {
    const lock = await takeLock(connection, directory, holder('a-1'), never);
    await assert.rejects(breakLock(connection, directory, 'b-2'), Refusal);
    assert.equal(existsSync(join(directory, '.switchyard/lock')), true);
    await breakLock(connection, directory, 'a-1');
    await breakLock(connection, directory, 'a-1');
    await lock.release();
  });

  it('shows what it does not understand instead of taking it for free', async () => {
    const lock = await takeLock(connection, directory, holder('a-1'), never);
    writeFileSync(join(directory, '.switchyard/lock'), 'somebody');
    await assert.rejects(takeLock(connection, directory, holder('b-2'), never), /locked by something else \(somebody\)/);
    await assert.rejects(lock.release(), Refusal);
  });

  it('can be read by whoever takes none: who holds it, and how old the last sign of life is', async () => {
    assert.equal(await readLock(connection, directory), undefined);
    const lock = await takeLock(connection, directory, holder('a-1'), never);
    const hourAgo = Date.now() / 1000 - 3600;
    utimesSync(join(directory, '.switchyard/lock'), hourAgo, hourAgo);
    const found = await readLock(connection, directory);
    assert.deepEqual(found?.holder, holder('a-1'));
    assert.ok(found.age >= 3599 && found.age < 3700, String(found.age));
    for (const text of ['somebody', 'null', '7']) {
      writeFileSync(join(directory, '.switchyard/lock'), text);
      const { holder: nobody, text: told } = (await readLock(connection, directory))!;
      assert.deepEqual([nobody, told], [undefined, text]);
    }
    writeFileSync(join(directory, '.switchyard/lock'), JSON.stringify(holder('a-1')));
    await lock.release();
  });

  it('is refused where the directory is not there, and nothing is made', async () => {
    const missing = join(directory, 'missing');
    await assert.rejects(takeLock(connection, missing, holder('a-1'), never), (error: Refusal) => {
      assert.equal(error.message, `one: there is no directory ${missing}`);
      return error instanceof Refusal;
    });
    assert.equal(existsSync(missing), false);
  });

  it('says why it cannot be written', async () => {
    if (process.getuid?.() === 0)
      writeFileSync(join(directory, '.switchyard'), ''); // root may write anywhere, but a file is no directory
    else chmodSync(directory, 0o500);
    await assert.rejects(takeLock(connection, directory, holder('a-1'), never), /one: cannot lock .*: /);
  });
});
