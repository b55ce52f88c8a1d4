// What becomes of one step on one host: every way it can end, in a run and in a plan.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ConnectionError, Refusal, TaskError } from '../../src/base/errors.ts';
import { Secrets } from '../../src/base/secret.ts';
import { parseExpression } from '../../src/expressions/parse.ts';
import type { Module } from '../../src/modules/module.ts';
import type { Step } from '../../src/playbook/playbook.ts';
import type { Emitted } from '../../src/run/events.ts';
import { Pending } from '../../src/run/pending.ts';
import { type HostState, runTask } from '../../src/run/task.ts';
import { ScriptedConnection, scriptedTarget } from '../support/scripted_connection.ts';
import { stepOf } from '../support/steps.ts';

interface Given {
  readonly check?: boolean;
  readonly touched?: boolean;
  readonly scope?: Record<string, unknown>;
}

function stateOf({
  check = false,
  touched = false,
  scope = {},
}: Given = {}): HostState & { readonly said: string[]; readonly waits: number[] } {
  const target = scriptedTarget(new ScriptedConnection());
  const said: string[] = [];
  const waits: number[] = [];
  return {
    host: 'h',
    connection: target.connection,
    facts: target.facts,
    run: { ...target.run, check },
    checkArguments: (_module, args) => args as Record<string, unknown>,
    secrets: new Secrets(),
    signal: new AbortController().signal,
    scope,
    touched,
    pending: new Pending(),
    emit: (event: Emitted) => void said.push(event.kind),
    beforeFirstChange: async ({ id }) => void said.push(`looks ahead of ${id}`),
    intend: async (event: Emitted) => void said.push(event.kind),
    now: () => 0,
    wait: async (ms) => void waits.push(ms),
    said,
    waits,
  };
}

const changing: Module = {
  kind: 'state',
  check: async () => ({ status: 'changes', change: { summary: 'do it', detail: 1 } }),
  apply: async () => ({ done: true }),
};
const fine = (kind: Module['kind'] = 'probe', more: Partial<Module> = {}): Module => ({
  kind,
  check: async () => ({ status: 'ok', outputs: { value: 7 }, summary: 'looks well' }),
  apply: async () => assert.fail('nothing is to be applied'),
  ...more,
});
const failing = (error: Error): Module => ({
  ...changing,
  check: async () => {
    throw error;
  },
});
const breaking = (error: Error): Module => ({
  ...changing,
  apply: async () => {
    throw error;
  },
});
const SCHEMA = { title: 'fake', outputs: {} };
const go = (module: Module, given: Partial<Step> = {}, state = stateOf()) => runTask(stepOf(given), { module, schema: SCHEMA }, state);

describe('a task', () => {
  it('that finds all as declared is ok, and registers what it found', async () => {
    const state = stateOf();
    const { result, goOn } = await go(fine(), { register: 'found' }, state);
    assert.deepEqual([result.status, result.summary, goOn, state.touched], ['ok', 'looks well', 'yes', false]);
    assert.deepEqual(state.scope.found, { value: 7 });
  });

  it('that changes says so before it does it', async () => {
    const state = stateOf();
    const { result } = await go(changing, { register: 'did' }, state);
    assert.deepEqual([result.status, result.summary, state.touched], ['changed', 'do it', true]);
    assert.deepEqual(state.said, ['looks ahead of s/t', 'task_applying']);
    assert.deepEqual(state.scope.did, { done: true });
  });

  it('in a plan is never applied', async () => {
    const state = stateOf({ check: true });
    const { result } = await go({ ...changing, apply: async () => assert.fail('a plan applies nothing') }, {}, state);
    assert.deepEqual([result.status, state.touched, state.said], ['changed', true, []]);
  });

  it('whose condition is false is skipped', async () => {
    const { result } = await go(changing, { when: [parseExpression('true'), parseExpression('1 > 2')] });
    assert.deepEqual([result.status, result.summary], ['skipped', 'when: 1 > 2 is false']);
  });

  it('that is skipped or fails registers nothing, so that later ones can ask whether it did', async () => {
    const state = stateOf();
    await go(changing, { register: 'did', when: [parseExpression('false')] }, state);
    await go(failing(new TaskError('no')), { register: 'did', ignoreErrors: true }, state);
    assert.ok(!('did' in state.scope));
  });

  it('whose condition is neither true nor false fails', async () => {
    const { result } = await go(changing, { when: [parseExpression('1 + 1')] });
    assert.deepEqual([result.status, result.summary], ['refused', 'h: t: when: 1 + 1 is 2, not true or false']);
  });

  it('in a plan that needs what another one would find is decided at run time', async () => {
    const state = stateOf({ check: true });
    await go(changing, { register: 'did', name: 'first', id: 's/first' }, state);
    const { result } = await go(changing, { args: { text: '{{ did.done }}' } }, state);
    assert.deepEqual([result.status, result.summary], ['at_run_time', 'needs what s/first finds or does']);
  });

  it('in a plan that looks behind a pending change is decided at run time, unless it judges values alone', async () => {
    const state = stateOf({ check: true, touched: true });
    assert.equal((await go(fine(), {}, state)).result.status, 'at_run_time');
    assert.equal((await go(fine('probe', { judgesValues: true }), {}, state)).result.status, 'ok');
  });

  it('in a plan that cannot look behind a pending change says so', async () => {
    const { result } = await go(failing(new TaskError('no directory yet')), {}, stateOf({ check: true, touched: true }));
    assert.deepEqual([result.status, result.summary], ['cannot_tell', 'no directory yet']);
  });

  it('looks ahead before the first change only, and leaves the host as it is where that is refused', async () => {
    const later = stateOf({ touched: true });
    await go(changing, {}, later);
    assert.deepEqual(later.said, ['task_applying']);
    const refusing = {
      ...stateOf(),
      beforeFirstChange: async () => Promise.reject(new Refusal('h: s/u would be refused: no', { next: 'type this' })),
    };
    const { result, goOn } = await go({ ...changing, apply: async () => assert.fail('it was refused') }, {}, refusing);
    assert.deepEqual([result.status, result.summary, goOn, refusing.touched], ['refused', 'h: s/u would be refused: no', 'stop', false]);
    assert.equal(result.failure?.next, 'type this');
  });

  it('in a plan is refused behind a pending change only where that change cannot be the reason', async () => {
    const no = failing(new Refusal('never'));
    const state = () => {
      const planned = stateOf({ check: true, touched: true });
      planned.pending.add({ writes: ['/srv/a'], reads: [] });
      return planned;
    };
    const status = async (module: Module) => (await go(module, {}, state())).result.status;
    assert.equal(await status(no), 'cannot_tell', 'nobody says what it is decided by');
    assert.equal(await status({ ...no, concerns: () => ({ writes: ['/srv/a/b'], reads: [] }) }), 'at_run_time');
    assert.equal(await status({ ...no, concerns: () => ({ writes: ['/srv/b'], reads: [] }) }), 'refused');
    assert.equal(await status({ ...no, kind: 'probe', judgesValues: true }), 'refused');
    assert.equal(
      await status({ ...failing(new TaskError('not yet')), concerns: () => ({ writes: ['/srv/b'], reads: [] }) }),
      'cannot_tell',
    );
  });

  it('in a plan is not asked for outputs that only a run has', async () => {
    const { result } = await go(changing, { register: 'did', until: parseExpression('did.done') }, stateOf({ check: true }));
    assert.equal(result.status, 'changed');
  });

  const ends: readonly (readonly [string, Module, boolean, string, string])[] = [
    ['a refusal before any change is a refusal', failing(new Refusal('no')), false, 'refused', 'stop'],
    ['a failure before any change is a refusal, too', failing(new TaskError('no')), false, 'refused', 'stop'],
    ['a refusal after a change is a failure', failing(new Refusal('no')), true, 'failed', 'stop'],
    ['a failure while changing is a failure', breaking(new TaskError('no')), false, 'failed', 'stop'],
    ['a lost link is unreachable', breaking(new ConnectionError('h', 'lost', 'gone')), true, 'unreachable', 'stop'],
  ];
  for (const [what, module, touched, status, goOn] of ends) {
    it(`ends: ${what}`, async () => {
      const end = await go(module, {}, stateOf({ touched }));
      assert.deepEqual([end.result.status, end.goOn, end.bug], [status, goOn, undefined]);
    });
  }

  it('that breaks in a way nobody foresaw is a bug of the runner', async () => {
    const bug = new RangeError('oops');
    const end = await go(breaking(bug));
    assert.deepEqual([end.result.status, end.goOn, end.bug], ['failed', 'stop', bug]);
  });

  it('with ignore_errors goes on', async () => {
    const { result, goOn } = await go(failing(new TaskError('no')), { ignoreErrors: true });
    assert.deepEqual([goOn, result.failure?.ignored], ['yes', true]);
  });

  it('is tried again as often as asked, and tells each time', async () => {
    let times = 0;
    const state = stateOf();
    const module = {
      ...fine(),
      check: async () => {
        if (++times < 3) throw new TaskError('not yet');
        return { status: 'ok' as const, outputs: {} };
      },
    };
    const { result } = await go(module, { retries: 2, delay: 4 }, state);
    assert.deepEqual([result.status, result.attempts, state.waits], ['ok', 3, [4000, 4000]]);
    assert.deepEqual(state.said, ['task_retried', 'task_retried']);
  });

  it('is not tried again after a refusal', async () => {
    const { result } = await go(failing(new Refusal('never')), { retries: 5 });
    assert.equal(result.attempts, 1);
  });

  it('waits until its own outputs are as asked', async () => {
    let value = 0;
    const module = { ...fine(), check: async () => ({ status: 'ok' as const, outputs: { value: ++value } }) };
    const { result } = await go(module, { register: 'seen', until: parseExpression('seen.value == 3'), retries: 5 });
    assert.deepEqual([result.status, result.attempts, result.outputs], ['ok', 3, { value: 3 }]);
  });

  it('says what is true now and what to type next', async () => {
    const { result } = await go(breaking(new TaskError('h: broken', { state: 'half done', next: 'type this', output: 'tail' })));
    assert.deepEqual(result.failure, { message: 'h: broken', state: 'half done', next: 'type this', output: 'tail' });
  });

  it('that ends the host lets nothing follow', async () => {
    const { result, goOn } = await go({ ...fine(), check: async () => ({ status: 'end', summary: 'enough' }) });
    assert.deepEqual([result.status, result.summary, goOn], ['ok', 'enough', 'ended']);
  });
});
