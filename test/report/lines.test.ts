import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createReporter } from '../../src/report/report.ts';
import type { Emitted, RunEvent } from '../../src/run/events.ts';
import {
  approvedStory,
  failedStory,
  givenStory,
  heldStory,
  paper,
  planStory,
  refusedStory,
  rescuedStory,
  started,
  timed,
} from './story.ts';

function linesOf(events: readonly RunEvent[], color = false): { readonly lines: string[]; readonly warned: string[] } {
  const { out, written, warned } = paper({ color });
  const reporter = createReporter('lines', out);
  for (const event of events) reporter.listen(event);
  return { lines: written.join('').split('\n'), warned };
}

describe('lines', () => {
  it('writes one line an event, progress every 5 s, warnings to stderr, and the recap', () => {
    const { lines, warned } = linesOf(refusedStory());
    assert.deepEqual(lines, [
      '09:37:00 run 20261123_093700: Upgrade to 0.16 (upgrade.yml): 2 hosts, 2 stages',
      '09:37:00 a  started  10.0.0.1',
      '09:37:00 a  preflight  started',
      '09:37:00 a  preflight/memory  started',
      '09:37:01 a  preflight/memory  ok  16 GB',
      '09:37:01 b  started  10.0.0.2',
      '09:37:01 b  preflight  started',
      '09:37:01 b  preflight/memory  started',
      '09:37:02 b  preflight/memory  refused  a machine of 8 GB is needed, this one has 3.9 GB',
      '  state: nothing was changed on b',
      '  next: give b more memory, then: switchyard resume 20261123_093700',
      '09:37:02 b  preflight  failed',
      '09:37:02 b  refused  1 refused',
      '09:37:02 a  preflight/disk  started',
      '09:37:02 a  preflight/disk  skipped  skipped: when is false',
      '09:37:03 a  preflight  ok',
      '09:37:03 a  copy  started',
      '09:37:03 a  copy/documents  started',
      '09:37:04 a  copy/documents  applying  copy 10 indices',
      '09:37:05 a  copy/documents  progress  events-2021  10 %, 9 s left, 160,000 of 1,600,000 documents, 160,000/s',
      '09:37:10 a  copy/documents  progress  events-2021  60 %, 4 s left, 960,000 of 1,600,000 documents, 160,000/s',
      '09:37:15 a  copy/documents  changed  copied 10 indices',
      '09:37:15 a  copy  ok',
      '09:37:15 a  ok  1 changed, 1 ok, 1 skipped',
      '',
      'host  ok  changed  skipped  failed  refused  status',
      'a      1        1        1       0        0  ok',
      'b      0        0        0       0        1  refused',
      '',
      'b  refused: a machine of 8 GB is needed, this one has 3.9 GB',
      '  state: nothing was changed on b',
      '  next: give b more memory, then: switchyard resume 20261123_093700',
      '',
      '2 hosts: 1 ok, 1 refused; tasks: 1 changed, 1 ok, 1 skipped, 1 refused; 15 s; exit 5: a host did not come through',
      '',
    ]);
    assert.deepEqual(warned, ['09:37:03 a  warning: the clock is 40 s behind\n']);
  });

  it('shows what each step gave with -v, a line a value', () => {
    const { out, written } = paper({ detail: 'more' });
    const reporter = createReporter('lines', out);
    for (const event of givenStory()) reporter.listen(event);
    assert.deepEqual(written.join('').split('\n').slice(2, 7), [
      '09:37:00 a  preflight/memory  changed  all of them',
      '    item redis:5.0: changed  pull redis:5.0',
      '    item mongo:3.6: ok',
      '    rc: 0',
      `    stdout: "${'x'.repeat(199)}… (302 characters)`,
    ]);
  });

  it('shows with -q only what did not go well, and the recap', () => {
    const { out, written, warned } = paper({ detail: 'less' });
    const reporter = createReporter('lines', out);
    for (const event of refusedStory()) reporter.listen(event);
    const lines = written.join('').split('\n');
    assert.deepEqual(lines.slice(0, 6), [
      '09:37:02 b  preflight/memory  refused  a machine of 8 GB is needed, this one has 3.9 GB',
      '  state: nothing was changed on b',
      '  next: give b more memory, then: switchyard resume 20261123_093700',
      '09:37:02 b  refused  1 refused',
      '',
      'host  ok  changed  skipped  failed  refused  status',
    ]);
    assert.equal(warned.length, 1);
  });

  it('tells how a host is compared with a saved plan, and each difference', () => {
    const { lines } = linesOf(heldStory());
    assert.deepEqual(lines.slice(1, 15), [
      '09:37:00 a  started  10.0.0.1',
      '09:37:01 a  is compared with the plan',
      '09:37:02 a  is as the plan saw it',
      '09:37:02 b  started  10.0.0.2',
      '09:37:02 b  is compared with the plan',
      '09:37:04 b  1 difference',
      '09:37:04 a  not run  nothing was changed: b cannot be held to the plan',
      '09:37:04 b  refused  is not as the plan saw it',
      '  differs: facts.cpus: then 4, now 8',
      '  state: nothing was changed on b',
      '  next: make a new plan: switchyard plan upgrade.yml -o plan.json',
      '',
      'host  ok  changed  skipped  failed  status',
      'a      0        0        0       0  not run',
    ]);
    assert.deepEqual(lines.slice(-6, -2), [
      '  differs: facts.cpus: then 4, now 8',
      '  state: nothing was changed on b',
      '  next: make a new plan: switchyard plan upgrade.yml -o plan.json',
      '',
    ]);
  });

  it('tells of a failure with state, next and the last output, without its secrets', () => {
    assert.deepEqual(linesOf(failedStory()).lines, [
      '09:37:00 run 20261123_093700: Upgrade to 0.16 (upgrade.yml): 1 host, 2 stages',
      '09:37:00 b  preflight  started',
      '09:37:00 b  preflight/memory  started',
      '09:37:00 b  preflight/memory  ok  16 GB',
      '09:37:00 b  preflight/disk  started',
      '09:37:01 b  preflight/disk  retry 1 of 3  the mount is not there yet',
      '09:37:01 b  preflight/disk  ok  80 GB free',
      '09:37:01 b  preflight  ok',
      '09:37:01 b  copy  started',
      '09:37:01 b  copy/documents  started',
      '09:37:03 b  copy/documents  failed  copy documents: 120 of 4,310 documents missing',
      '  state: the old server runs and serves',
      '  next: switchyard resume 20261123_093700',
      '  output:',
      '    bulk: 429',
      '    rejected: ********',
      '09:37:03 b  copy  failed',
      '09:37:03 b  failed  2 ok, 1 failed',
      '',
      'host  ok  changed  skipped  failed  status',
      'b      2        0        0       1  failed',
      '',
      'b  failed: copy documents: 120 of 4,310 documents missing',
      '  state: the old server runs and serves',
      '  next: switchyard resume 20261123_093700',
      '',
      '1 host: 1 failed; tasks: 2 ok, 1 failed; 3.0 s; exit 5: a host did not come through',
      '',
    ]);
  });

  it('uses the words of a plan', () => {
    assert.deepEqual(linesOf(planStory()).lines, [
      '09:37:00 plan 20261123_093700: Upgrade to 0.16 (upgrade.yml): 2 hosts, 2 batches, 2 stages',
      '09:37:00 batch 1 of 2: a',
      '09:37:00 a  preflight  started',
      '09:37:00 a  preflight/memory  ok  16 GB',
      '09:37:00 a  preflight/disk  would change  make /opt/trains/new',
      '09:37:00 a  preflight  ok',
      '09:37:01 a  copy  started',
      '09:37:01 a  copy/documents  decided at run time  after the change of preflight/disk',
      '09:37:01 a  copy  ok',
      '09:37:01 a  ok  1 would change, 1 ok, 1 decided at run time',
      '09:37:01 batch 2 of 2: b',
      '09:37:02 b  unreachable  connection refused by 10.0.0.2:22',
      '  next: ssh b',
      '',
      'host  would change  ok  decided at run time  cannot tell  status',
      'a                1   1                    1            0  ok',
      'b                0   0                    0            0  unreachable',
      '',
      'b  unreachable: connection refused by 10.0.0.2:22',
      '  next: ssh b',
      '',
      '2 hosts: 1 ok, 1 unreachable; tasks: 1 would change, 1 ok, 1 decided at run time; 2.0 s; exit 6: a host is unreachable or was lost',
      '',
    ]);
  });

  it('says where rescue, always and handlers begin', () => {
    assert.deepEqual(linesOf(rescuedStory()).lines.slice(9, 17), [
      '09:37:01 b  copy  rescue after the failure',
      '09:37:01 b  copy/start the old server  started',
      '09:37:02 b  copy/start the old server  changed  start it',
      '09:37:02 b  copy  always',
      '09:37:02 b  copy/look  started',
      '09:37:03 b  copy/look  ok  it runs',
      '09:37:03 b  copy  notified handlers',
      '09:37:03 b  copy/tell  started',
    ]);
  });

  it('tells what is asked before a stage and what was answered, and who is past the point of no return', () => {
    assert.deepEqual(linesOf(approvedStory()).lines.slice(1, -3), [
      '09:37:01 stop  waits for a yes: Stop the servers now? (a, b)',
      '09:37:05 stop  approved at the terminal',
      '09:37:06 up  waits for a yes: point of no return (a, b)',
      '09:37:07 up  not approved',
      '09:37:07 up  approved by --yes',
      '09:37:08 a  ok  2 changed',
      '09:37:08 b  failed  1 changed, 1 failed; it does not start',
      '  next: look',
      '',
      'host  ok  changed  skipped  failed  status',
      'a      0        2        0       0  ok',
      'b      0        1        0       1  failed',
      '',
      'b  failed: it does not start',
      '  past the point of no return: up',
      '  next: look',
    ]);
  });

  it('tells in a plan which stages ask first', () => {
    const [begin] = approvedStory();
    const stages = ['stop', 'up'].map((stage): [number, Emitted] => [1, { kind: 'stage_started', host: 'a', stage }]);
    assert.deepEqual(linesOf([{ ...begin, check: true } as RunEvent, ...timed(stages)]).lines.slice(1, 3), [
      '09:37:01 a  stop  started  asks first: Stop the servers now?',
      '09:37:01 a  up  started  point of no return',
    ]);
  });

  it('pads hosts to the longest one', () => {
    const events = timed([
      [0, started([['a', 'trains-2']])],
      [0, { kind: 'stage_started', host: 'a', stage: 'copy' }],
      [0, { kind: 'stage_started', host: 'trains-2', stage: 'copy' }],
    ]);
    assert.deepEqual(linesOf(events).lines.slice(1), ['09:37:00 a         copy  started', '09:37:00 trains-2  copy  started', '']);
  });

  it('says what an interrupt does', () => {
    const events = timed([
      [1, { kind: 'interrupted', signal: 'SIGINT', times: 1 }],
      [2, { kind: 'interrupted', signal: 'SIGINT', times: 2 }],
    ]);
    assert.deepEqual(linesOf(events).lines, [
      '09:37:01 interrupted by SIGINT: no new step begins, running steps end',
      '09:37:02 interrupted by SIGINT: running steps are aborted',
      '',
    ]);
  });

  it('paints statuses where colour is on', () => {
    const [line] = linesOf(timed([[0, { kind: 'stage_ended', host: 'a', stage: 'copy', status: 'failed' }]]), true).lines;
    assert.equal(line, '09:37:00 a  copy  \u001b[31mfailed\u001b[39m');
  });
});
