// What a host's way holds beyond its first change: refused while nothing is changed, or left for the run to find.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ConnectionError, Refusal, TaskError } from '../../src/base/errors.ts';
import { Secrets } from '../../src/base/secret.ts';
import type { Module } from '../../src/modules/module.ts';
import type { Stage, Step } from '../../src/playbook/playbook.ts';
import { lookAhead } from '../../src/run/ahead.ts';
import { noTasks } from '../../src/run/counts.ts';
import type { RunContext } from '../../src/run/host.ts';
import { Once } from '../../src/run/once.ts';
import { Pending } from '../../src/run/pending.ts';
import type { KeepingState } from '../../src/run/way.ts';
import { ScriptedConnection, scriptedTarget } from '../support/scripted_connection.ts';
import { stepOf } from '../support/steps.ts';

const named = (name: string, more: Partial<Step> = {}) => stepOf({ name, id: `s/${name}`, module: name, ...more });

/** A module that looks and says, and writes a path of its own. */
const module = (path: string, look: () => Awaited<ReturnType<Module['check']>>): Module => ({
  kind: 'state',
  concerns: () => ({ writes: [path], reads: [] }),
  check: async () => look(),
  apply: async () => assert.fail('looking ahead changes nothing'),
});
const refuses = (error: Error) => () => {
  throw error;
};
const changes = () => ({ status: 'changes' as const, change: { summary: 'c', detail: 0 } });
const no = new Refusal('h: no', { state: 'nothing was stopped', next: 'type this', output: 'tail' });

describe('looking ahead of the first change', () => {
  const look = async (
    modules: Readonly<Record<string, Module>>,
    given: { first?: Partial<Step>; args?: Step['args']; stopping?: boolean; rescue?: readonly Step[]; once?: boolean } = {},
  ) => {
    const target = scriptedTarget(new ScriptedConnection());
    const emitted: unknown[] = [];
    const first = named('first', given.first);
    const steps = Object.keys(modules).map((name) => named(name, { args: given.args ?? {}, runOnce: given.once ?? false }));
    const stage = { name: 's', steps: [first, ...steps], rescue: given.rescue ?? [], always: [], handlers: [] } as unknown as Stage;
    const state: KeepingState = {
      ...target,
      run: target.run,
      checkArguments: (_module, args) => args as Record<string, unknown>,
      secrets: new Secrets(),
      scope: {},
      touched: false,
      past: undefined,
      pending: new Pending(),
      emit: (event) => void emitted.push(event),
      beforeFirstChange: async () => assert.fail('it looks once'),
      intend: async () => assert.fail('nothing is intended'),
      keep: async () => assert.fail('nothing is kept'),
      now: () => 0,
      wait: async () => {},
    };
    const once = new Once(['another', target.host]);
    const schema = { title: 'm', outputs: {} };
    const context = {
      plan: { stages: [stage] },
      run: target.run,
      modules: new Map(Object.entries(modules).map(([name, one]) => [name, { module: one, schema }])),
      emit: (event: unknown) => void emitted.push(event),
      signal: target.signal,
      once,
      stopping: () => given.stopping ?? false,
      now: () => 0,
    } as unknown as RunContext;
    const at = { stage, part: 'steps', done: 0, end: { goOn: 'yes' }, notified: new Map(), mayFail: false } as const;
    await lookAhead({ context, state, counts: noTasks(), at }, { step: first, concerns: { writes: ['/srv/first'], reads: [] } });
    return { state, emitted };
  };

  it('finds nothing where nothing is refused, and leaves no trace', async () => {
    const { state, emitted } = await look({ a: module('/a', changes), b: module('/b', () => ({ status: 'ok', outputs: { x: 1 } })) });
    assert.deepEqual([state.scope, state.touched, emitted], [{}, false, []]);
    assert.equal(state.pending.mayDecide({ writes: [], reads: ['/a', '/srv/first'] }), false);
  });

  it('tells the step that would be refused, why, and what to type; nothing was changed', async () => {
    await assert.rejects(look({ a: module('/a', changes), b: module('/b', refuses(no)) }), (error: Refusal) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.message, 'trains-1: s/b would be refused: h: no');
      assert.deepEqual(error.detail, { state: 'nothing was changed', next: 'type this', output: 'tail' });
      return true;
    });
    await assert.rejects(look({ a: module('/a', refuses(new Refusal('trains-1: no'))) }), /^Refusal: trains-1: s\/a would be refused: no$/);
  });

  it('leaves to the run what the stage itself rescues', async () => {
    await look({ a: module('/a', refuses(no)), mend: module('/m', changes) }, { rescue: [named('mend', { part: 'rescue' })] });
  });

  it('leaves to another host what that one does once for all', async () => {
    await look({ a: module('/a', refuses(no)) }, { once: true });
  });

  it('leaves to the run what the first change, or one behind it, may mend', async () => {
    await look({ a: module('/srv/first/x', refuses(no)) });
    await look({ a: module('/a', changes), b: module('/a', refuses(no)) });
    await look({ a: module('/a', refuses(new TaskError('not there yet'))) });
  });

  it('leaves to the run what depends on what the first change finds', async () => {
    const given = { first: { register: 'did' }, args: { text: '{{ did.done }}' } };
    const { state } = await look({ b: module('/b', refuses(no)) }, given);
    assert.ok(!('did' in state.scope));
  });

  it('goes no further than the host would', async () => {
    await look({
      end: { ...module('/e', () => ({ status: 'end', summary: 'enough' })), kind: 'probe', judgesValues: true },
      b: module('/b', refuses(no)),
    });
    await look({ b: module('/b', refuses(no)) }, { stopping: true });
  });

  it('passes on what keeps it from looking', async () => {
    const lost = new ConnectionError('trains-1', 'lost', 'gone');
    await assert.rejects(look({ a: module('/a', refuses(lost)) }), lost);
    const bug = new RangeError('oops');
    await assert.rejects(look({ a: module('/a', refuses(bug)) }), bug);
  });
});
