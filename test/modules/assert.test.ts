import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Refusal, TaskError } from '../../src/base/errors.ts';
import { assert as assertModule } from '../../src/modules/assert.ts';
import { ScriptedConnection, scriptedTarget } from '../support/scripted_connection.ts';

describe('assert', () => {
  const target = scriptedTarget(new ScriptedConnection());
  const that = (source: string, value: unknown) => ({ source, value });

  it('is well where every condition holds, and asks the host nothing', async () => {
    assert.deepEqual(await assertModule.check({ that: [that('a > 1', true), that('b', true)] }, target), {
      status: 'ok',
      outputs: {},
      summary: 'all 2 conditions hold',
    });
  });

  it('refuses with the message, the conditions that are false, and the next move', async () => {
    await assert.rejects(
      assertModule.check({ that: [that('a > 1', false), that('b', true)], message: 'too small', next: 'make it larger' }, target),
      (error: Refusal) => {
        assert.ok(error instanceof Refusal);
        assert.equal(error.message, 'trains-1: too small (a > 1 is false)');
        assert.equal(error.detail.next, 'make it larger');
        return true;
      },
    );
  });

  it('takes nothing but true for true', async () => {
    for (const value of ['true', 1, null, []]) {
      await assert.rejects(
        assertModule.check({ that: that('x', value) }, target),
        (error: Error) => error instanceof TaskError && /not true or false/.test(error.message),
      );
    }
  });
});
