import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { Places } from '../../src/run/places.ts';

describe('the places at which hosts are at work', () => {
  it('are never more than there are, and are given on in the order of coming', async () => {
    const places = new Places(2);
    const log: string[] = [];
    let busy = 0;
    const work = (name: string) =>
      places.within(async () => {
        log.push(name);
        assert.ok(++busy <= 2);
        await turn();
        busy--;
      });
    await Promise.all([...'abcde'].map(work));
    assert.deepEqual(log, [...'abcde']);
  });

  it('are free for others while one waits, and are taken again before it goes on', async () => {
    const places = new Places(1);
    const log: string[] = [];
    const open = Promise.withResolvers<void>();
    const waiting = places.within(async () => {
      log.push('a waits');
      await places.without(() => open.promise);
      log.push('a goes on');
    });
    await places.within(async () => {
      log.push('b begins');
      open.resolve();
      await turn();
      log.push('b ends');
    });
    await waiting;
    assert.deepEqual(log, ['a waits', 'b begins', 'b ends', 'a goes on']);
  });

  it('are given on by work that fails', async () => {
    const places = new Places(1);
    await assert.rejects(
      places.within(async () => {
        throw new Error('no');
      }),
      /no/,
    );
    assert.equal(await places.within(async () => 'done'), 'done');
  });
});
