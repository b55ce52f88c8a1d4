import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { diffLines } from '../../src/report/diff.ts';
import { createReporter } from '../../src/report/report.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { hostResult, paper, started, taskEnded, timed } from './story.ts';

const BEFORE = 'a\nb\nc\nd\nimage: trains:0.15\ne\nf\ng\nh\n';
const DIFF = ['…', '  c', '  d', '- image: trains:0.15', '+ image: trains:0.16', '  e', '  f', '…'];

function changed(check: boolean): RunEvent[] {
  const ended = taskEnded('copy/documents@a', 'changed', 'write docker-compose.yml');
  const event = {
    ...ended,
    result: { ...(ended as Extract<RunEvent, { kind: 'task_ended' }>).result, before: BEFORE, after: BEFORE.replace('15', '16') },
  };
  return timed([
    [0, started([['a']], check)],
    [0, { kind: 'stage_started', host: 'a', stage: 'copy' }],
    [0, event as typeof ended],
    [1, { kind: 'stage_ended', host: 'a', stage: 'copy', status: 'ok' }],
    [1, { kind: 'host_ended', result: hostResult('a', 'ok', { changed: 1 }) }],
  ]);
}

async function written(kind: 'tree' | 'lines', diff: boolean): Promise<string[]> {
  const { out, written } = paper({ diff });
  const reporter = createReporter(kind, out);
  for (const event of changed(false)) reporter.listen(event);
  await reporter.close();
  return written.join('').split('\n');
}

describe('diff', () => {
  it('shows what changed with two lines around it', () => {
    assert.deepEqual(diffLines(BEFORE, BEFORE.replace('15', '16')), DIFF);
  });

  it('shows what came and what went', () => {
    assert.deepEqual(diffLines(undefined, 'a\nb\n'), ['+ a', '+ b']);
    assert.deepEqual(diffLines('running', 'absent'), ['- running', '+ absent']);
    assert.deepEqual(diffLines('a\n', ''), ['- a']);
    assert.deepEqual(diffLines(undefined, undefined), []);
  });

  it('does not compare what is too long for it', () => {
    assert.deepEqual(diffLines('a\n'.repeat(6000), 'b'), ['6000 lines before, 1 after: too many to compare']);
  });

  it('stands below its step, only where it was asked for', async () => {
    assert.deepEqual((await written('lines', true)).slice(2, 11), [
      '09:37:00 a  copy/documents  changed  write docker-compose.yml',
      ...DIFF.map((line) => `    ${line}`),
    ]);
    assert.equal((await written('lines', false))[3], '09:37:01 a  copy  ok');
    assert.deepEqual((await written('tree', true)).slice(2, 12), [
      '  ✔ copy  1 changed  1.0 s',
      '    ✔ documents  changed  write docker-compose.yml',
      ...DIFF.map((line) => `      ${line}`),
    ]);
    assert.equal((await written('tree', false)).length, 4);
  });
});
