// Stages that begin only after a yes: who is asked, when, and what becomes of hosts and batches after the answer.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Approval, Approve } from '../../src/run/approval.ts';
import { type Given, walkThrough } from '../support/walk.ts';

const STAGES = `
  - { name: look, steps: [{ name: x, command: { argv: [ok] } }] }
  - { name: stop, confirm: Stop it now?, steps: [{ name: y, command: { argv: [change, y] } }] }
  - { name: up, point_of_no_return: true, steps: [{ name: z, command: { argv: [change, z] } }, { name: check, command: { argv: [WORD, z] } }] }
  - { name: after, steps: [{ name: w, command: { argv: [ok] } }] }
`;

const go = (given: Given & { head?: string } = {}, word = 'ok') => walkThrough(STAGES.replace('WORD', word), given);

/** Answers in their order, and remembers what was asked. */
function answering(...answers: boolean[]): { readonly approve: Approve; readonly asked: Approval[] } {
  const asked: Approval[] = [];
  return {
    asked,
    approve: async (approval) => {
      asked.push(approval);
      return answers.shift()!;
    },
  };
}

describe('approval', () => {
  it('is asked once for the hosts of a batch, when all of them have come there', async () => {
    const { approve, asked } = answering(true, true);
    const { exit, events } = await go({ approve });
    assert.equal(exit, 0);
    assert.deepEqual(asked, [
      { stage: 'stop', hosts: ['a', 'b'], question: 'Stop it now?', pointOfNoReturn: false },
      { stage: 'up', hosts: ['a', 'b'], question: undefined, pointOfNoReturn: true },
    ]);
    const kinds = events.flatMap((event) => {
      if (event.kind === 'task_ended') return [`${event.result.host}/${event.result.step}`];
      return event.kind === 'approval_asked' || event.kind === 'approval_ended' ? [event.kind] : [];
    });
    assert.deepEqual(kinds.slice(0, 4).sort(), ['a/x', 'approval_asked', 'approval_ended', 'b/x']);
    assert.ok(kinds.indexOf('approval_asked') > 1 && kinds.indexOf('a/y') > kinds.indexOf('approval_ended'));
  });

  it('is asked again for each batch', async () => {
    const { approve, asked } = answering(true, true, true, true);
    await go({ approve, head: 'hosts: { a: {}, b: {} }\nserial: 1\n' });
    assert.deepEqual(
      asked.map(({ stage, hosts }) => `${stage} ${hosts.join()}`),
      ['stop a', 'up a', 'stop b', 'up b'],
    );
  });

  it('that is declined ends the hosts before the stage, begins no other batch, and is exit 8', async () => {
    const { approve } = answering(true, false);
    const { exit, statuses, hosts, done } = await go({ approve, head: 'hosts: { a: {}, b: {} }\nserial: 1\nmax_fail_percentage: 100\n' });
    assert.deepEqual([exit, statuses, done], [8, ['a declined', 'b not_run'], ['a change y']]);
    assert.deepEqual(hosts[0]!.failure, {
      message: 'a: up was not approved',
      state: 'done is what comes before it: look, stop',
      next: 'run it again and say yes, or say so beforehand with --yes',
    });
    assert.equal(hosts[1]!.message, 'approval was declined in the batch before');
    const early = await go({ approve: answering(false).approve });
    assert.equal(early.hosts[0]!.failure!.state, 'nothing was changed');
  });

  it('is less than a failure', async () => {
    const stages = `
  - { name: one, steps: [{ name: x, command: { argv: [break] }, when: inventory_hostname == 'a' }] }
  - { name: two, confirm: Go on?, steps: [{ name: y, command: { argv: [ok] } }] }
`;
    const { approve, asked } = answering(false);
    const { exit, statuses } = await walkThrough(stages, { approve });
    assert.deepEqual([exit, statuses, asked.map(({ hosts }) => hosts)], [5, ['a failed', 'b declined'], [['b']]]);
  });

  it('is not asked for where no host comes to the stage', async () => {
    const stages = `
  - { name: one, steps: [{ name: x, command: { argv: [end] } }] }
  - { name: two, confirm: Go on?, steps: [{ name: y, command: { argv: [ok] } }] }
`;
    const { exit } = await walkThrough(stages, { approve: async () => assert.fail('nobody is there') });
    assert.equal(exit, 0);
  });

  it('given beforehand is told and asks nobody; a plan asks nobody either', async () => {
    const { exit, events } = await go({ approve: undefined });
    assert.equal(exit, 0);
    const told = events.flatMap((event) => (event.kind === 'approval_ended' ? [`${event.stage} ${event.approved} ${event.by}`] : []));
    assert.deepEqual(told, ['stop true --yes', 'up true --yes']);
    const plan = await go({ check: true, approve: async () => assert.fail('a plan asks nobody') });
    assert.equal(plan.exit, 0);
    const [started] = plan.events;
    assert.deepEqual(started?.kind === 'run_started' && started.stages.slice(1, 3).map(({ steps: _, ...stage }) => stage), [
      { name: 'stop', confirm: 'Stop it now?' },
      { name: 'up', point_of_no_return: true },
    ]);
  });

  it('is given up by an interrupt', async () => {
    let name: string | undefined;
    const heard: ((signal: string, times: number) => void)[] = [];
    const interrupt = { signal: new AbortController().signal, name: () => name, listen: (one: (typeof heard)[0]) => void heard.push(one) };
    const approve: Approve = (_approval, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        name = 'SIGINT';
        for (const listener of heard) listener('SIGINT', 1);
      });
    const { exit, statuses, hosts } = await go({ interrupt, approve });
    assert.deepEqual([exit, statuses, hosts[0]!.message], [130, ['a interrupted', 'b interrupted'], 'stopped before the stage stop']);
  });
});

describe('a point of no return', () => {
  it('is told of a host that fails after something was changed in it', async () => {
    const { hosts } = await go({}, 'break');
    assert.deepEqual(
      hosts.map(({ status, past }) => [status, past]),
      [
        ['failed', 'up'],
        ['failed', 'up'],
      ],
    );
  });

  it('is not told of one that fails before', async () => {
    const stages = STAGES.replace('[change, z]', '[fail]').replace('WORD', 'ok');
    const { hosts } = await walkThrough(stages);
    assert.deepEqual([hosts[0]!.status, hosts[0]!.past], ['failed', undefined]);
  });
});
