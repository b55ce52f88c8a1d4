import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { Board } from '../../src/report/board.ts';
import { painter } from '../../src/report/color.ts';
import { fitted, tally, whole } from '../../src/report/fit.ts';
import { draw } from '../../src/report/picture.ts';
import { createReporter } from '../../src/report/report.ts';
import { treeReporter } from '../../src/report/tree.ts';
import type { Emitted, RunEvent } from '../../src/run/events.ts';
import {
  BEGIN,
  failedStory,
  givenStory,
  heldStory,
  hostResult,
  MISSING,
  paper,
  planStory,
  progress,
  refusedStory,
  rescuedStory,
  started,
  taskEnded,
  timed,
} from './story.ts';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const plainly = painter(false);

/** What is left on the terminal of a run of which no picture was drawn but the last. */
async function lastOf(events: readonly RunEvent[]): Promise<string[]> {
  const { out, written } = paper();
  const reporter = createReporter('tree', out);
  for (const event of events) reporter.listen(event);
  await reporter.close();
  return written.join('').replaceAll(HIDE_CURSOR, '').replaceAll(SHOW_CURSOR, '').split('\n');
}

function boardOf(events: readonly RunEvent[]): Board {
  const board = new Board();
  for (const event of events) board.take(event);
  return board;
}

/** The picture of the given second, cut to `rows` of 80 columns. */
function pictureOf(board: Board, second: number, rows: number): string[] {
  const lines = draw({ board, now: BEGIN + second * 1000, spinner: '*', last: false, crowded: false });
  return fitted(lines, plainly, { columns: 80, rows, hosts: tally(board) }).split('\n');
}

/** Four hosts: a is copying, b has failed, c is done, d has not begun. */
function mixed(): RunEvent[] {
  return timed([
    [0, started([['a', 'b', 'c', 'd']])],
    [0, { kind: 'stage_started', host: 'a', stage: 'preflight' }],
    [0, taskEnded('preflight/memory@a', 'ok', '16 GB')],
    [1, { kind: 'stage_ended', host: 'a', stage: 'preflight', status: 'ok' }],
    [1, { kind: 'stage_started', host: 'a', stage: 'copy' }],
    [1, { kind: 'task_started', host: 'a', stage: 'copy', step: 'documents', module: 'elasticsearch_migrate' }],
    [5, progress('a', 4)],
    [0, { kind: 'stage_started', host: 'b', stage: 'copy' }],
    [2, taskEnded('copy/documents@b', 'failed', MISSING.message, MISSING)],
    [2, { kind: 'stage_ended', host: 'b', stage: 'copy', status: 'failed' }],
    [2, { kind: 'host_ended', result: hostResult('b', 'failed', { failed: 1 }, MISSING) }],
    [0, { kind: 'host_started', host: 'c', address: '10.0.0.3' }],
    [3, { kind: 'host_ended', result: hostResult('c', 'ended', {}, undefined, 'already at 0.16') }],
    [4, { kind: 'warning', host: 'a', message: 'the clock is 40 s behind' }],
  ]);
}

const COPYING = '    * documents  ████░░░░░░  events-2021  40 %, 6 s left, 640,000 of 1,600,000 …';
const FAILED = [
  '✖ b  failed  1 failed  2.0 s',
  '  ✖ copy  1 failed  2.0 s',
  '    ✖ documents  failed  copy documents: 120 of 4,310 documents missing',
  '      state: the old server runs and serves',
  '      next: switchyard resume 20261123_093700',
  '      output:',
  '        bulk: 429',
  '        rejected: hunter22',
];

describe('tree', () => {
  it('leaves a tree of all hosts and stages, the refusal in full, and the recap', async () => {
    assert.deepEqual(await lastOf(refusedStory()), [
      'run 20261123_093700: Upgrade to 0.16 (upgrade.yml): 2 hosts, 2 stages',
      '✔ a  ok  1 changed, 1 ok, 1 skipped  15 s',
      '  ✔ preflight  1 ok, 1 skipped  3.0 s',
      '  ✔ copy  1 changed  12 s',
      '✖ b  refused  1 refused  1.0 s',
      '  ✖ preflight  1 refused  1.0 s',
      '    ✖ memory  refused  a machine of 8 GB is needed, this one has 3.9 GB',
      '      state: nothing was changed on b',
      '      next: give b more memory, then: switchyard resume 20261123_093700',
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
  });

  it('leaves the failure with state, next and output, without its secrets', async () => {
    assert.deepEqual((await lastOf(failedStory())).slice(0, 10), [
      'run 20261123_093700: Upgrade to 0.16 (upgrade.yml): 1 host, 2 stages',
      '✖ b  failed  2 ok, 1 failed  3.0 s',
      '  ✔ preflight  2 ok  1.0 s',
      '  ✖ copy  1 failed  2.0 s',
      '    ✖ documents  failed  copy documents: 120 of 4,310 documents missing',
      '      state: the old server runs and serves',
      '      next: switchyard resume 20261123_093700',
      '      output:',
      '        bulk: 429',
      '        rejected: ********',
    ]);
  });

  it('leaves every step of a plan, in its words', async () => {
    assert.deepEqual((await lastOf(planStory())).slice(0, 9), [
      'plan 20261123_093700: Upgrade to 0.16 (upgrade.yml): 2 hosts, 2 batches, 2 stages',
      '✔ a  ok  1 would change, 1 ok, 1 decided at run time  1.0 s',
      '  ✔ preflight  1 would change, 1 ok  0.0 s',
      '    ✔ memory  ok  16 GB',
      '    ~ disk  would change  make /opt/trains/new',
      '  ✔ copy  1 decided at run time  0.0 s',
      '    ? documents  decided at run time  after the change of preflight/disk',
      '✖ b  unreachable  connection refused by 10.0.0.2:22',
      '  next: ssh b',
    ]);
  });

  it('keeps a failure with what rescued it, and names what belongs to rescue, always and handlers', async () => {
    assert.deepEqual((await lastOf(rescuedStory())).slice(1, 11), [
      '✔ b  ok  2 changed, 1 ok, 1 failed  4.0 s',
      '  ✔ copy  2 changed, 1 ok, 1 failed  4.0 s',
      '    ✖ documents  failed  copy documents: 120 of 4,310 documents missing',
      '      state: the old server runs and serves',
      '      next: switchyard resume 20261123_093700',
      '      output:',
      '        bulk: 429',
      '        rejected: ********',
      '    ✔ rescue: start the old server  changed  start it',
      '',
    ]);
    assert.deepEqual(pictureOf(boardOf(rescuedStory().slice(0, 13)), 4, 20).slice(8), [
      '    ✔ rescue: start the old server  changed  start it',
      '    ✔ always: look  ok  it runs',
      '    ✔ handler: tell  changed  tell the team',
      '  ○ preflight',
    ]);
  });

  it('shows what runs with bar, rate and time left, folds what is done and names what is to come', () => {
    assert.deepEqual(pictureOf(boardOf(mixed()), 6, 19), [
      '* a  2/2 copy  6.0 s',
      '  ✔ preflight  1 ok  1.0 s',
      '  * copy  5.0 s',
      COPYING,
      ...FAILED,
      '✔ c  ended  3.0 s  already at 0.16',
      '○ d',
      '! warning: a: the clock is 40 s behind',
    ]);
  });

  it('leaves what each step gave with -v', async () => {
    const { out, written } = paper({ detail: 'more' });
    const reporter = createReporter('tree', out);
    for (const event of givenStory()) reporter.listen(event);
    await reporter.close();
    const lines = written.join('').replaceAll(HIDE_CURSOR, '').replaceAll(SHOW_CURSOR, '').split('\n');
    assert.deepEqual(lines.slice(2, 7), [
      '  ✔ preflight  1 changed  0.0 s',
      '    ✔ memory  changed  all of them',
      '      item redis:5.0: changed  pull redis:5.0',
      '      item mongo:3.6: ok',
      '      rc: 0',
    ]);
    assert.ok(!(await lastOf(givenStory())).join('').includes('mongo'));
  });

  it('says that a host is compared with a saved plan', () => {
    assert.deepEqual(pictureOf(boardOf(heldStory().slice(0, 3)), 2, 24)[0], '* a  is compared with the plan  2.0 s');
    assert.deepEqual(pictureOf(boardOf(heldStory().slice(0, 4)), 2, 24)[0], '* a  2.0 s');
  });

  it('keeps running and failed ones where there are too few rows, and counts the rest', () => {
    const count = 'hosts: 1 running, 1 failed, 1 ended, 1 waiting';
    assert.deepEqual(pictureOf(boardOf(mixed()), 6, 9), [
      '* a  2/2 copy  6.0 s',
      '  * copy  5.0 s',
      COPYING,
      ...FAILED.slice(0, 4),
      '! warning: a: the clock is 40 s behind',
      `… 7 more lines; ${count}`,
    ]);
    assert.deepEqual(pictureOf(boardOf(mixed()), 6, 3), ['* a  2/2 copy  6.0 s', FAILED[0], `… 13 more lines; ${count}`]);
  });

  it('is never wider than the terminal, and breaks a failure instead of cutting it off', () => {
    const board = boardOf(mixed());
    const lines = draw({ board, now: BEGIN + 6000, spinner: '*', last: false, crowded: false });
    const text = fitted(lines, plainly, { columns: 40, rows: 40, hosts: '' });
    assert.deepEqual(
      text.split('\n').filter((line) => [...line].length > 40),
      [],
    );
    assert.match(text, /✖ documents {2}failed {2}copy documents:\n {6}120 of 4,310 documents missing\n/);
    assert.match(whole(lines, plainly), /160,000\/s {2}5\.0 s\n/);
  });

  it('shows a host a line where more run than there are rows', () => {
    const lines = draw({ board: boardOf(mixed().slice(0, 7)), now: BEGIN + 6000, spinner: '*', last: false, crowded: true });
    assert.equal(whole(lines, plainly), '* a  2/2 copy  6.0 s\n○ b\n○ c\n○ d');
  });

  it('draws at most ten pictures a second, however many events come', async () => {
    const { out, written } = paper();
    const reporter = treeReporter(out, () => BEGIN);
    const begin = performance.now();
    for (const event of mixed()) reporter.listen(event);
    for (let i = 0; i < 1000; i++) {
      const event: Emitted = progress('a', i / 100);
      reporter.listen({ ...event, time: BEGIN + i } as RunEvent);
      if (i % 10 === 0) await turn();
    }
    const pictures = written.length - 2; // the title and the hiding of the cursor
    const most = Math.ceil((performance.now() - begin) / 100);
    await reporter.close();
    assert.ok(pictures <= most, `${pictures} pictures where ${most} were allowed`);
  });

  it('shows the cursor again and leaves the last picture when it is closed amid a run, twice', async () => {
    const { out, written, warned } = paper();
    const reporter = treeReporter(out, () => BEGIN + 6000);
    for (const event of mixed()) reporter.listen(event);
    await Promise.all([reporter.close(), reporter.close()]);
    assert.equal(written.filter((text) => text === HIDE_CURSOR).length, 1);
    assert.equal(written.at(-1), SHOW_CURSOR);
    assert.match(written.at(-2) ?? '', / a {2}2\/2 copy {2}6\.0 s\n/);
    assert.deepEqual(warned, ['warning: a: the clock is 40 s behind\n']);
  });

  it('ends where the run has no host, and where it never began', async () => {
    assert.deepEqual(await lastOf([]), ['']);
    const nobody = timed([
      [0, started([])],
      [0, { kind: 'run_ended', hosts: [], exit: 0, duration_ms: 100 }],
    ]);
    assert.equal((await lastOf(nobody)).at(-2), '0 hosts; 0.1 s; exit 0');
  });
});
