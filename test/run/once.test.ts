// What one host of a batch does for all, and how many are at a step at once, while hosts go at their own speed.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { type Given, type Walked, walkThrough } from '../support/walk.ts';

const four = 'hosts: { a: {}, b: {}, c: {}, d: {} }\n';
const stage = (steps: readonly string[], name = 's', more = '') =>
  `  - name: ${name}\n${more}    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`;
const step = (name: string, argv: string, more = '') => `{ name: ${name}, command: { argv: [${argv}] }${more && `, ${more}`} }`;
const once = (argv: string, more = '') => step('once', argv, `run_once: true${more && `, ${more}`}`);
const go = (steps: readonly string[], given: Given & { head?: string } = {}) => walkThrough(stage(steps), { head: four, ...given });
const of = (name: string, { ended }: Walked) => ended.filter((task) => task.split(/[/ ]/)[1] === name).sort();

describe('a step with run_once', () => {
  it('is done by the first host of the batch, and all have its outputs', async () => {
    const walked = await go([once('change, x, said', 'register: it'), step('use', 'ok, "{{ it.stdout }}"')]);
    assert.deepEqual(walked.done, ['a change x said']);
    assert.deepEqual(of('once', walked), ['a/once changed', 'b/once ok', 'c/once ok', 'd/once ok']);
    assert.deepEqual(of('use', walked), ['a/use ok', 'b/use ok', 'c/use ok', 'd/use ok']);
    const results = walked.events.flatMap((event) => (event.kind === 'task_ended' ? [event.result] : []));
    const b = results.find(({ task }) => task === 's/once@b')!;
    assert.deepEqual([b.summary, b.outputs, b.attempts], ['done once, on a', { stdout: 'said' }, 0]);
  });

  it('is waited for by hosts that are faster, with fewer forks than hosts', async () => {
    for (const forks of [1, 2, 4]) {
      const slow = async (host: string, word: string) => {
        if (host === 'a' && word === 'ok slow') await sleep(20);
      };
      const walked = await go([step('first', 'ok, slow'), once('change, x'), step('after', 'change, after')], { forks, act: slow });
      assert.deepEqual([walked.done[0], walked.done.length, walked.exit], ['a change x', 5, 0]);
    }
  });

  it('waits at a barrier before and after it with fewer forks than hosts', async () => {
    const steps = [once('change, x'), step('after', 'ok')];
    const stages =
      stage([step('first', 'ok')], 'r') +
      stage(steps, 's', '    barrier: true\n') +
      stage([step('last', 'ok')], 't', '    barrier: true\n');
    const { done, exit } = await walkThrough(stages, { head: four, forks: 2 });
    assert.deepEqual([done, exit], [['a change x'], 0]);
  });

  it('is done once in each batch', async () => {
    const { done } = await go([once('change, x')], { head: `${four}serial: 2\n` });
    assert.deepEqual(done, ['a change x', 'c change x']);
  });

  it('is done by the next host where the first one has failed or ended before', async () => {
    for (const verb of ['fail', 'end']) {
      const first = step('first', verb, `when: "inventory_hostname in ['a', 'b']"`);
      const { done } = await go([first, once('change, x')]);
      assert.deepEqual(done, ['c change x']);
    }
  });

  it('is done by the next host where the first one was rescued past it', async () => {
    const first = step('first', 'break, y', "when: inventory_hostname == 'a'");
    const rescue = `    rescue: [${step('mend', 'ok')}]\n`;
    const { done, statuses } = await walkThrough(stage([first, once('change, x')], 's', rescue) + stage([step('after', 'ok')], 't'), {
      head: four,
    });
    assert.deepEqual(
      [done, statuses],
      [
        ['a break y', 'b change x'],
        ['a ok', 'b ok', 'c ok', 'd ok'],
      ],
    );
  });

  it('is not done again where it fails: all stop, or go on, as the one that did it', async () => {
    const walked = await go([step('before', 'change, y'), once('break, x'), step('after', 'ok')]);
    assert.deepEqual(
      walked.done.filter((word) => word.includes('x')),
      ['a break x'],
    );
    assert.deepEqual(walked.statuses, ['a failed', 'b failed', 'c failed', 'd failed']);
    assert.equal(walked.hosts[1]!.message, 'b: once is done once for all hosts, and did not go well on a: it broke');
    const ignored = await go([once('break, x', 'ignore_errors: true'), step('after', 'ok')]);
    assert.deepEqual([ignored.exit, of('after', ignored).length], [0, 4]);
    const lost = await go([once('lose, x')]);
    assert.deepEqual([lost.done, lost.statuses], [['a lose x'], ['a unreachable', 'b refused', 'c refused', 'd refused']]);
  });

  it('is skipped by all where its condition is false on the first', async () => {
    const walked = await go([once('change, x', "when: inventory_hostname != 'a'")]);
    assert.deepEqual([walked.done, of('once', walked)], [[], ['a/once skipped', 'b/once skipped', 'c/once skipped', 'd/once skipped']]);
  });

  it('is left by all after an interrupt', async () => {
    let name: string | undefined;
    const interrupt = { signal: new AbortController().signal, name: () => name, listen: () => {} };
    const { exit, done } = await go([step('first', 'change, y', "when: inventory_hostname == 'a'"), once('change, x')], {
      interrupt,
      act: () => {
        name = 'SIGINT';
      },
    });
    assert.deepEqual([exit, done], [130, ['a change y']]);
  });

  it('in a plan is judged on one host; the others know as little of it as that one', async () => {
    const use = step('use', 'ok, "{{ it.stdout }}"');
    const known = await go([once('ok, x', 'register: it'), use], { check: true });
    assert.deepEqual(of('use', known), ['a/use ok', 'b/use ok', 'c/use ok', 'd/use ok']);
    const open = await go([once('change, x', 'register: it'), use], { check: true });
    assert.deepEqual(of('once', open), ['a/once changed', 'b/once ok', 'c/once ok', 'd/once ok']);
    assert.deepEqual(of('use', open).slice(0, 2), ['a/use at_run_time', 'b/use at_run_time']);
  });
});

describe('a step with throttle', () => {
  it('is done by so many hosts at once', async () => {
    let [now, most] = [0, 0];
    const act = async (_host: string, word: string) => {
      if (word !== 'change x') return;
      now++;
      most = Math.max(most, now);
      await sleep(5);
      now--;
    };
    for (const [throttle, wanted] of [
      [1, 1],
      [2, 2],
      [9, 4],
    ] as const) {
      most = 0;
      const { exit, done } = await go([step('t', 'change, x', `throttle: ${throttle}`)], { act });
      assert.deepEqual([exit, done.length, most], [0, 4, wanted]);
    }
  });
});
