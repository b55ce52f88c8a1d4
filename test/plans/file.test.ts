// The text of a saved plan; what run makes of one is in test/commands/saved_plan.test.ts.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isPlanText, planText, readPlanText, type SavedPlan } from '../../src/plans/file.ts';
import { seed } from '../support/fuzz.ts';

const PLAN: SavedPlan = {
  made: { id: '20260101_000000-abcd', at: '2026-01-01T00:00:00.000Z', by: 'me@here', runner: '0.1.0', directory: '/work' },
  files: [{ path: 'p.yml', sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' }],
  options: {
    ...{
      playbook: 'p.yml',
      inventory: [],
      limit: null,
      tags: [],
      skip_tags: [],
      start_at_task: null,
      extra_vars: [],
      answers: {},
      asked_again: [],
    },
    ...{ user: null, private_key: null, become: false },
  },
  salt: 'c2FsdA==',
  batches: [['a']],
  hosts: [
    {
      ...{ host: 'a', status: 'ok', inputs: { dir: '/opt' }, sealed: {}, state: `sha256:${'0'.repeat(64)}`, facts: { cpus: 4 } },
      tasks: [{ task: 's/x', module: 'command', status: 'changed', summary: 'run "true"', outputs: {} }],
    },
  ],
};

describe('the text of a saved plan', () => {
  it('is read as what it was made of', () => {
    const text = planText(PLAN);
    const { kind: _kind, ...read } = readPlanText(text, 'plan.json') as SavedPlan & { kind: string };
    assert.deepEqual(read, PLAN);
    assert.ok(isPlanText(text));
  });

  it('is told from a playbook, also where it is spoilt', () => {
    assert.ok(isPlanText(planText(PLAN).slice(0, 60)));
    assert.ok(isPlanText(`\n${JSON.stringify(JSON.parse(planText(PLAN)))}`));
    for (const text of ['', '{}', 'apiVersion: switchyard/v1\nname: "kind": "switchyard plan"\n', '{ "name": "x", "kind": "plan" }']) {
      assert.ok(!isPlanText(text), text);
    }
  });

  it('is refused with any one character changed that is no white space', () => {
    const text = planText(PLAN);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('x', '7', '"', '}'), (at, other) => {
        fc.pre(text[at]!.trim() !== '' && text[at] !== other);
        assert.throws(() => readPlanText(text.slice(0, at) + other + text.slice(at + 1), 'plan.json'), { name: 'Refusal' });
      }),
      { numRuns: 500, seed },
    );
  });
});
