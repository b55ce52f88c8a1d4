import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { differences } from '../../src/run/drift.ts';
import { type ObservedTask, type Seen, stateOf } from '../../src/run/observed.ts';
import { seed } from '../support/fuzz.ts';

const task = (more: Partial<ObservedTask> = {}): ObservedTask => ({
  ...{ task: 'one/x', module: 'command', status: 'ok', summary: 'it is there', outputs: {} },
  ...more,
});
const host = (tasks: readonly ObservedTask[], facts: Seen['facts'] = { os: { id: 'debian' } }): Seen => ({ facts, tasks });

describe('the differences from a plan', () => {
  it('are none where all is the same', () => {
    assert.deepEqual(differences(host([task()]), host([task()])), []);
  });

  const cases: readonly (readonly [string, Seen, Seen, readonly string[]])[] = [
    ['a fact', host([]), host([], { os: { id: 'ubuntu' } }), ['facts.os.id: then "debian", now "ubuntu"']],
    ['a fact that is gone', host([]), host([], { os: {} }), ['facts.os.id: then "debian", now not there']],
    [
      'a status',
      host([task()]),
      host([task({ status: 'changed', summary: 'make it' })]),
      ['one/x: then ok (it is there), now would change (make it)'],
    ],
    ['a summary', host([task()]), host([task({ summary: 'it is another' })]), ['one/x: then ok (it is there), now ok (it is another)']],
    ['a module', host([task()]), host([task({ module: 'uri' })]), ['one/x: then ok (it is there), now ok (it is there)']],
    [
      'a task that is not come to any more, and one that is',
      host([task()]),
      host([task({ task: 'one/y', summary: '' })]),
      ['one/x: then ok (it is there), now not come to', 'one/y: then not come to, now ok'],
    ],
    ['what was before', host([task({ before: 'a' })]), host([task({ before: 'b' })]), ['one/x: before: then "a", now "b"']],
    ['what will be', host([task({ after: 'a' })]), host([task()]), ['one/x: after: then "a", now not there']],
    [
      'outputs, each by its name',
      host([task({ outputs: { release: '0.15', data: { elastic: '/d' }, running: true } })]),
      host([task({ outputs: { release: '0.14', data: { elastic: '/e' }, running: true } })]),
      ['one/x: outputs.release: then "0.15", now "0.14"', 'one/x: outputs.data.elastic: then "/d", now "/e"'],
    ],
    [
      'the second of two results of one task',
      host([task(), task()]),
      host([task(), task({ status: 'failed', summary: 'no' })]),
      ['one/x (2): then ok (it is there), now failed (no)'],
    ],
  ];
  for (const [what, then, now, found] of cases) it(`tell ${what}`, () => assert.deepEqual(differences(then, now), found));

  it('show what an error says, and do not compare it: it may tell sizes', () => {
    const failed = (message: string) => host([task({ status: 'failed', summary: '', message })]);
    assert.deepEqual(differences(failed('3 GB are free'), failed('2 GB are free')), []);
    assert.equal(stateOf(failed('3 GB are free')), stateOf(failed('2 GB are free')));
    assert.deepEqual(differences(host([task()]), failed('2 GB are free')), ['one/x: then ok (it is there), now failed (2 GB are free)']);
  });

  it('show only the beginning of a long value', () => {
    const [line] = differences(host([task({ before: 'a'.repeat(1000) })]), host([task({ before: 'b' })]));
    assert.equal(line, `one/x: before: then "${'a'.repeat(99)}…, now "b"`);
  });

  it('are there exactly where the states are other ones', () => {
    const value = fc.oneof(
      fc.constantFrom('a', 'b'),
      fc.boolean(),
      fc.constant(undefined),
      fc.dictionary(fc.constantFrom('x', 'y'), fc.nat(2)),
    );
    const drawn = fc.record({
      task: fc.constantFrom('one/x', 'one/y'),
      module: fc.constantFrom('uri', 'command'),
      status: fc.constantFrom('ok' as const, 'changed' as const, 'failed' as const),
      summary: fc.constantFrom('', 'a'),
      message: fc.constantFrom(undefined, 'm', 'n'),
      before: fc.constantFrom(undefined, 'a', 'b'),
      outputs: fc.dictionary(fc.constantFrom('x', 'y'), value),
    });
    const seen = fc.record({ facts: fc.dictionary(fc.constantFrom('cpus', 'os'), value), tasks: fc.array(drawn, { maxLength: 3 }) });
    const plain = (one: Seen) => JSON.parse(JSON.stringify(one)) as Seen;
    fc.assert(
      fc.property(seen.map(plain), seen.map(plain), (then, now) => {
        assert.equal(differences(then, now).length === 0, stateOf(then) === stateOf(now));
        assert.deepEqual(differences(then, then), []);
      }),
      { numRuns: 2000, seed },
    );
  });
});
