// A host's way through a stage: rescue, always and handlers, after everything that can happen before them.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Given, walkThrough } from '../support/walk.ts';

const one = { head: 'hosts: { a: {} }\n' };
const list = (...steps: string[]) => `[${steps.join(', ')}]`;
/** "name: verb word" and what else the step has */
const step = (name: string, argv: string, more = '') => `{ name: ${name}, command: { argv: [${argv}] }${more && `, ${more}`} }`;
const stage = (lists: Readonly<Record<string, string>>, name = 's') =>
  `  - { name: ${name}, ${Object.entries(lists)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }\n`;

const go = (stages: string, given: Given = {}) => walkThrough(stages, { ...one, ...given });
const next = stage({ steps: list(step('after', 'change, after')) }, 'next');

describe('a stage', () => {
  describe('with rescue', () => {
    const rescue = list(step('mend', 'change, mended'), step('start', 'change, started'));
    const stages = (argv: string, more = '') =>
      stage({ steps: list(step('first', 'change, first'), step('second', argv, more), step('third', 'change, third')), rescue }) + next;

    it('does not run it where all goes well', async () => {
      const { ended, exit } = await go(stages('ok'));
      assert.deepEqual([exit, ended], [0, ['a/first changed', 'a/second ok', 'a/third changed', 'a/after changed']]);
    });

    it('runs it after a failure, tells so, and the host goes on with the next stage', async () => {
      const { ended, exit, statuses, events } = await go(stages('break'));
      assert.deepEqual(ended, ['a/first changed', 'a/second failed', 'a/mend changed', 'a/start changed', 'a/after changed']);
      assert.deepEqual([exit, statuses], [0, ['a ok']]);
      const told = events.flatMap((event) => (event.kind === 'part_started' ? [event.part] : []));
      assert.deepEqual(told, ['rescue']);
    });

    it('runs it after a refusal, and not after a failure that is passed over', async () => {
      assert.deepEqual((await go(stages('refuse'))).done, ['a change first', 'a change mended', 'a change started', 'a change after']);
      assert.deepEqual((await go(stages('break', 'ignore_errors: true'))).done, [
        'a change first',
        'a break',
        'a change third',
        'a change after',
      ]);
    });

    it('does not run it, nor always, for what would be refused later on the way', async () => {
      const lists = { steps: list(step('x', 'change, x', 'ignore_errors: true')), rescue, always: list(step('clean', 'change, clean')) };
      const { done, ended, hosts } = await go(stage(lists) + stage({ steps: list(step('y', 'refuse, y')) }, 't'));
      assert.deepEqual([done, ended, hosts[0]!.status], [[], ['a/x refused'], 'refused']);
      assert.equal(hosts[0]!.message, 'a: t/y would be refused: it is refused');
    });

    it('stops the host where rescue fails, and tells the failure that was to be mended', async () => {
      const { hosts, ended, exit } = await go(stage({ steps: list(step('x', 'break')), rescue: list(step('mend', 'fail')) }) + next);
      assert.deepEqual([exit, ended], [5, ['a/x failed', 'a/mend failed']]);
      assert.deepEqual([hosts[0]!.message, hosts[0]!.failure?.state], ['a: it broke', 'half done']);
    });

    it('does not run it where the link was lost, nor always, and says so', async () => {
      const { ended, exit, warnings } = await go(stage({ steps: list(step('x', 'lose')), rescue, always: list(step('clean', 'change')) }));
      assert.deepEqual([exit, ended, warnings], [6, ['a/x unreachable'], ['a: s: always did not run: clean']]);
    });
  });

  describe('with always', () => {
    const always = list(step('clean', 'change, cleaned'));

    it('runs it after success, failure, rescue and the end of the host', async () => {
      const endOf = async (argv: string, more: Readonly<Record<string, string>> = {}) =>
        (await go(stage({ steps: list(step('x', argv)), ...more, always }) + next)).ended;
      assert.deepEqual(await endOf('ok'), ['a/x ok', 'a/clean changed', 'a/after changed']);
      assert.deepEqual(await endOf('fail'), ['a/x refused', 'a/clean changed']);
      assert.deepEqual(await endOf('end'), ['a/x ok', 'a/clean changed']);
      assert.deepEqual(await endOf('fail', { rescue: list(step('mend', 'ok')) }), [
        'a/x refused',
        'a/mend ok',
        'a/clean changed',
        'a/after changed',
      ]);
    });

    it('is not refused as untouched where always has changed something since', async () => {
      const { statuses, exit } = await go(stage({ steps: list(step('x', 'fail')), always }));
      assert.deepEqual([statuses, exit], [['a failed'], 5]);
      assert.deepEqual((await go(stage({ steps: list(step('x', 'fail')), always: list(step('y', 'ok')) }))).statuses, ['a refused']);
    });

    it('tells the first failure where always fails, too', async () => {
      const { hosts } = await go(stage({ steps: list(step('x', 'break')), always: list(step('clean', 'fail')) }));
      assert.deepEqual([hosts[0]!.status, hosts[0]!.message], ['failed', 'a: it broke']);
      const { hosts: others, ended } = await go(stage({ steps: list(step('x', 'ok')), always: list(step('clean', 'fail')) }) + next);
      assert.deepEqual([others[0]!.status, others[0]!.message, ended], ['refused', 'a: it fails', ['a/x ok', 'a/clean refused']]);
    });

    it('does not begin it after an interrupt, and says so', async () => {
      let name: string | undefined;
      const interrupt = { signal: new AbortController().signal, name: () => name, listen: () => {} };
      const { ended, warnings, hosts, exit } = await go(stage({ steps: list(step('x', 'change'), step('y', 'change')), always }), {
        interrupt,
        act: () => {
          name = 'SIGINT';
        },
      });
      assert.deepEqual([exit, ended, warnings], [130, ['a/x changed'], ['a: s: always did not run: clean']]);
      assert.equal(hosts[0]!.message, 'stopped before s/y');
    });
  });

  describe('with handlers', () => {
    const handlers = list(step('first', 'change, h1', 'notify: third'), step('second', 'change, h2'), step('third', 'change, h3'));
    const notify = (names: string) => `notify: [${names}]`;

    it('runs those that were notified by a change, once, in their own order, at its end', async () => {
      const steps = list(
        step('x', 'change, x', notify('third, first')),
        step('y', 'change, y', notify('third')),
        step('z', 'ok, z', notify('second')),
      );
      const { done, events } = await go(stage({ steps, always: list(step('w', 'change, w')), handlers }) + next);
      assert.deepEqual(done, ['a change x', 'a change y', 'a change w', 'a change h1', 'a change h3', 'a change after']);
      const started = events.flatMap((event) => (event.kind === 'task_started' && event.part ? [`${event.step} ${event.part}`] : []));
      assert.deepEqual(started, ['w always', 'first handlers', 'third handlers']);
    });

    it('runs one that only a handler before it has notified', async () => {
      const { done } = await go(
        stage({ steps: list(step('x', 'change, x', notify('first')), step('y', 'ok', notify('second'))), handlers }),
      );
      assert.deepEqual(done, ['a change x', 'a change h1', 'a change h3']);
    });

    it('runs them after a rescue that went well', async () => {
      const steps = list(step('x', 'change, x', notify('second')), step('y', 'break'), step('z', 'ok', notify('first')));
      const { done } = await go(stage({ steps, rescue: list(step('mend', 'ok')), handlers }));
      assert.deepEqual(done, ['a change x', 'a break', 'a change h2']);
    });

    it('does not run them after a failure or the end of the host, and says so', async () => {
      for (const verb of ['break', 'end']) {
        const steps = list(step('x', 'change, x', notify('third, first')), step('y', verb), step('z', 'ok', notify('second')));
        const { done, warnings } = await go(stage({ steps, handlers }));
        assert.deepEqual(
          done.filter((word) => !word.includes('break')),
          ['a change x'],
        );
        assert.deepEqual(warnings, ['a: s: the notified handlers did not run: first, third']);
      }
    });

    it('says which ones did not run where one fails', async () => {
      const steps = list(step('x', 'change, x', notify('bad, second')));
      const { done, warnings, exit } = await go(
        stage({ steps, handlers: list(step('bad', 'break'), step('second', 'change, h2')) }) + next,
      );
      assert.deepEqual([exit, done, warnings], [5, ['a change x', 'a break'], ['a: s: the notified handlers did not run: second']]);
    });

    it('runs those of one host only on that host', async () => {
      const steps = `[{ name: x, command: { argv: [change, x] }, when: inventory_hostname == 'b', notify: second }, ${step('y', 'ok', notify('first'))}]`;
      const { done } = await walkThrough(stage({ steps, handlers }));
      assert.deepEqual(done, ['b change x', 'b change h2']);
    });
  });

  it('that is passed over by its condition passes over all of its lists', async () => {
    const steps = list(step('x', 'change', 'notify: h'));
    const { done, ended } = await go(
      stage({ when: '1 > 2', steps, always: list(step('y', 'change')), handlers: list(step('h', 'change')) }),
    );
    assert.deepEqual([done, ended], [[], ['a/x skipped', 'a/y skipped']]);
  });

  describe('in a plan', () => {
    const check = { check: true };

    it('leaves open what follows a failure that may come', async () => {
      const rescue = list(step('mend', 'change, thing'), step('look', 'ok, other'));
      const { ended, done } = await go(
        stage({ steps: list(step('x', 'change, x')), rescue }) + stage({ steps: list(step('y', 'ok, thing')) }, 't'),
        check,
      );
      // what rescue would write may be otherwise when the run comes to y
      assert.deepEqual([ended, done], [['a/x changed', 'a/mend at_run_time', 'a/look at_run_time', 'a/y at_run_time'], []]);
    });

    it('does not speak of rescue where nothing can fail', async () => {
      const { ended } = await go(stage({ steps: list(step('x', 'ok')), rescue: list(step('mend', 'change')) }), check);
      assert.deepEqual(ended, ['a/x ok']);
    });

    it('goes into rescue where a step is sure to fail', async () => {
      const { ended, exit } = await go(stage({ steps: list(step('x', 'fail')), rescue: list(step('mend', 'change')) }) + next, check);
      assert.deepEqual([exit, ended], [0, ['a/x refused', 'a/mend changed', 'a/after changed']]);
    });

    it('says of a handler what it would do, or that nobody knows whether it will run', async () => {
      const steps = list(
        step('x', 'change, x', 'notify: one'),
        step('y', 'ok, x', 'notify: [two, one]'),
        step('z', 'ok, z', 'notify: three'),
      );
      const handlers = list(step('one', 'change, h1'), step('two', 'change, h2'), step('three', 'change, h3'));
      const { ended, events } = await go(stage({ steps, handlers }) + stage({ steps: list(step('after', 'ok, h2')) }, 't'), check);
      assert.deepEqual(ended, ['a/x changed', 'a/y at_run_time', 'a/z ok', 'a/one changed', 'a/two at_run_time', 'a/after at_run_time']);
      const two = events.find((event) => event.kind === 'task_ended' && event.result.step === 'two');
      assert.equal(two?.kind === 'task_ended' && two.result.summary, 'only if "y" changes something');
    });
  });
});
