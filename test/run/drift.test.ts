import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { differences } from '../../src/run/drift.ts';
import type { Observed, ObservedTask } from '../../src/run/observed.ts';

const task = (more: Partial<ObservedTask> = {}): ObservedTask => ({
  ...{ task: 'one/x', module: 'command', status: 'ok', summary: 'it is there', outputs: {} },
  ...more,
});
const host = (tasks: readonly ObservedTask[], facts: Observed['facts'] = { os: { id: 'debian' } }): Observed => ({ facts, tasks });

describe('the differences from a plan', () => {
  it('are none where all is the same', () => {
    assert.deepEqual(differences(host([task()]), host([task()])), []);
  });

  const cases: readonly (readonly [string, Observed, Observed, readonly string[]])[] = [
    ['a fact', host([]), host([], { os: { id: 'ubuntu' } }), ['facts.os.id: was "debian", is "ubuntu"']],
    ['a fact that is gone', host([]), host([], { os: {} }), ['facts.os.id: was "debian", is not there']],
    [
      'a status',
      host([task()]),
      host([task({ status: 'changed', summary: 'make it' })]),
      ['one/x: was ok (it is there), is changed (make it)'],
    ],
    ['a summary', host([task()]), host([task({ summary: 'it is another' })]), ['one/x: was ok (it is there), is ok (it is another)']],
    ['a module', host([task()]), host([task({ module: 'uri' })]), ['one/x: was ok (it is there), is ok (it is there)']],
    [
      'a task that is not come to any more, and one that is',
      host([task()]),
      host([task({ task: 'one/y', summary: '' })]),
      ['one/x: was ok (it is there), is not come to', 'one/y: was not come to, is ok'],
    ],
    ['what was before', host([task({ before: 'a' })]), host([task({ before: 'b' })]), ['one/x: before: was "a", is "b"']],
    ['what will be', host([task({ after: 'a' })]), host([task()]), ['one/x: after: was "a", is not there']],
    [
      'outputs, each by its name',
      host([task({ outputs: { release: '0.15', data: { elastic: '/d' }, running: true } })]),
      host([task({ outputs: { release: '0.14', data: { elastic: '/e' }, running: true } })]),
      ['one/x: outputs.release: was "0.15", is "0.14"', 'one/x: outputs.data.elastic: was "/d", is "/e"'],
    ],
    [
      'the second of two results of one task',
      host([task(), task()]),
      host([task(), task({ status: 'failed', summary: 'no' })]),
      ['one/x (2): was ok (it is there), is failed (no)'],
    ],
  ];
  for (const [what, then, now, found] of cases) it(`tell ${what}`, () => assert.deepEqual(differences(then, now), found));

  it('are none between the texts of an error that was passed over: they may tell sizes', () => {
    const failed = (summary: string) => host([task({ status: 'failed', summary })]);
    assert.deepEqual(differences(failed('3 GB are free'), failed('2 GB are free')), []);
  });

  it('show only the beginning of a long value', () => {
    const [line] = differences(host([task({ before: 'a'.repeat(1000) })]), host([task({ before: 'b' })]));
    assert.equal(line, `one/x: before: was "${'a'.repeat(99)}…, is "b"`);
  });
});
