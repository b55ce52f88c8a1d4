// A step with a loop is one task: how its items come together, in a run and in a plan.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TaskResult } from '../../src/run/events.ts';
import { type Given, walkThrough } from '../support/walk.ts';

const HEAD = 'hosts: { a: {} }\nvars: { words: [x, y], nothing: [], text: x }\n';
const go = (steps: readonly string[], given: Given = {}) =>
  walkThrough(`  - name: s\n    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`, { head: HEAD, ...given });
const looping = (loop: string, argv = 'change, "{{ item }}"', more = '') =>
  `{ name: t, command: { argv: [${argv}] }, loop: ${loop}${more} }`;

async function resultOf(steps: readonly string[], given: Given = {}): Promise<TaskResult> {
  const { events } = await go(steps, given);
  const ended = events.filter((event) => event.kind === 'task_ended').map(({ result }) => result);
  return ended.find(({ step }) => step === 't')!;
}
const told = ({ status, summary, items, attempts }: TaskResult) => ({ status, summary, items, attempts });

describe('a loop', () => {
  it('does the step for each item, and is one task', async () => {
    const { done, ended } = await go([looping('[one, "{{ words[1] }}", 3]')]);
    assert.deepEqual([done, ended], [['a change one', 'a change y', 'a change 3'], ['a/t changed']]);
  });

  it('tells of all items, of many only some', async () => {
    assert.deepEqual(told(await resultOf([looping('"{{ words }}"', 'ok, "{{ item }}"')])), {
      status: 'ok',
      summary: 'x: looks well; y: looks well',
      items: [
        { item: 'x', status: 'ok', summary: 'looks well' },
        { item: 'y', status: 'ok', summary: 'looks well' },
      ],
      attempts: 2,
    });
    const some = looping('[ok, change, ok]', '"{{ item }}", z');
    assert.equal((await resultOf([some])).summary, '1 of 3 items: change: change z');
    const many = looping('[a, { name: b, more: 1 }, { c: 1 }, d, e]', 'change, z');
    assert.equal((await resultOf([many])).summary, 'a: change z; b: change z; {"c":1}: change z and 2 more');
  });

  it('asks when for each item; what does not speak of the item is asked once', async () => {
    const { status, summary, items } = await resultOf([looping('[1, 2, 3]', 'change, "{{ item }}"', ', when: item != 2')]);
    assert.deepEqual(
      [status, summary, items!.map((one) => one.status)],
      ['changed', '2 of 3 items: 1: change 1; 3: change 3', ['changed', 'skipped', 'changed']],
    );
    const { status: skipped, summary: why } = await resultOf([looping('"{{ text }}"', 'change', ', when: text == "y"')]);
    assert.deepEqual([skipped, why], ['skipped', 'when: text == "y" is false']);
  });

  it('registers what came out for each item that was not skipped, and for none an empty list', async () => {
    const use = (loop: string) => looping(loop, 'change, "{{ item.stdout }}{{ item.item }}"');
    const steps = (loop: string) => [
      looping(loop, 'ok, "{{ item }}!"', ', when: item != "y", register: said').replace('name: t', 'name: first'),
      use('"{{ said.results }}"'),
    ];
    assert.deepEqual((await go(steps('"{{ words }}"'))).done, ['a change x!x']);
    const { status, summary } = await resultOf(steps('"{{ nothing }}"'));
    assert.deepEqual([status, summary], ['skipped', 'the loop has no items']);
  });

  it('stops at the first item that fails, and names it', async () => {
    const { hosts, done } = await go([looping('[change, break, ok]', '"{{ item }}", z')]);
    assert.deepEqual([done, hosts[0]!.message], [['a change z', 'a break z'], 'a: item break: it broke']);
    assert.equal(hosts[0]!.failure?.state, 'half done');
  });

  it('fails where it is over no list', async () => {
    const { hosts } = await go([looping('"{{ text }}"')]);
    assert.deepEqual([hosts[0]!.status, hosts[0]!.message], ['refused', 'a: t: loop: must be a list, not x']);
  });

  it('tries each item again as often as the step says', async () => {
    const { events, hosts } = await go([looping('[ok, fail]', '"{{ item }}", z', ', retries: 2')]);
    const retried = events.flatMap((event) => (event.kind === 'task_retried' ? [`${event.attempt} ${event.message}`] : []));
    assert.deepEqual(retried, ['1 a: item fail: it fails', '2 a: item fail: it fails']);
    assert.equal(hosts[0]!.message, 'a: item fail: it fails');
  });

  it('tells how far it is, and of which item it speaks', async () => {
    const { events } = await go([looping('[x, y]')]);
    const progress = events.flatMap((event) => (event.kind === 'task_progress' ? [event.progress] : []));
    assert.deepEqual(progress, [
      { text: 'x', done: 0, total: 2 },
      { text: 'y', done: 1, total: 2 },
    ]);
    const applying = events.flatMap((event) => (event.kind === 'task_applying' ? [event.summary] : []));
    assert.deepEqual(applying, ['x: change x', 'y: change y']);
  });

  it('ends the host with the item that does', async () => {
    const { done, statuses } = await go([looping('[change, end, change]', '"{{ item }}", z'), '{ name: u, command: { argv: [change] } }']);
    assert.deepEqual([done, statuses], [['a change z'], ['a ended']]);
  });

  it('refuses before its first change what another item would be refused for', async () => {
    const { done, hosts } = await go([looping('[change, refuse]', '"{{ item }}", "{{ item }}"')]);
    assert.deepEqual([done, hosts[0]!.status], [[], 'refused']);
    assert.equal(hosts[0]!.failure?.message, 'a: item change: s/t would be refused: item refuse: it is refused');
  });

  describe('in a plan', () => {
    const check = { check: true };

    it('is judged item by item: one may decide over another', async () => {
      const { status, summary, items } = await resultOf([looping('[a, b, a]', 'change, "{{ item }}"')], check);
      assert.deepEqual(
        items!.map((one) => one.status),
        ['changed', 'changed', 'at_run_time'],
      );
      assert.deepEqual([status, summary], ['changed', '2 of 3 items: a: change a; b: change b; 1 more decided at run time']);
    });

    it('is decided at run time where its list is', async () => {
      const steps = ['{ name: first, command: { argv: [change] }, register: said }', looping('"{{ [said.stdout] }}"')];
      const { status, summary } = await resultOf(steps, check);
      assert.deepEqual([status, summary], ['at_run_time', 'needs what s/first finds or does']);
    });

    it('registers only what a plan knows', async () => {
      const first = (verb: string) => looping('[1]', verb, ', register: said').replace('name: t', 'name: first');
      const use = looping('"{{ said.results }}"', 'ok, "{{ item.item }}"');
      assert.equal((await resultOf([first('ok'), use], check)).status, 'ok');
      assert.equal((await resultOf([first('change'), use], check)).status, 'at_run_time');
    });
  });
});
