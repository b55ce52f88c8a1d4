// --start-at-task, and what a cut - this one or one by tags - leaves out that the rest would need.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EMPTY_INVENTORY } from '../../src/playbook/inventory.ts';
import { type PlanOptions, resolvePlan } from '../../src/playbook/plan.ts';
import { loadText } from '../support/playbooks.ts';

const STAGES = `
  - name: look
    steps:
      - { name: fit, assert: { that: "true" }, tags: always }
      - { name: list, command: { argv: [ls] }, register: listed, tags: [seen] }
  - name: write
    when: "USED"
    steps:
      - { name: list, command: { argv: [ls] } }
      - { name: make, command: { argv: [touch, x] }, tags: [make] }
    always:
      - { name: tidy, command: { argv: [rm, x] } }
  - name: last
    steps: [{ name: end, command: { argv: [ls] } }]
`;

function stages(options: Partial<PlanOptions>, used = 'true'): readonly string[] {
  const { playbook, problems } = loadText(`apiVersion: switchyard/v1\nname: n\nhosts: localhost\nstages:${STAGES.replace('USED', used)}`);
  assert.deepEqual(problems, []);
  const plan = resolvePlan(playbook!, EMPTY_INVENTORY, { limit: undefined, tags: [], skipTags: [], extraVars: {}, ...options });
  return plan.stages.map(({ name, steps, always }) =>
    [name, ...steps.map((step) => step.name), ...always.map((step) => `+${step.name}`)].join(' '),
  );
}

describe('a plan that starts at a step', () => {
  it('has it, what comes after it, and before it what is always done', () => {
    assert.deepEqual(stages({ startAt: 'make' }), ['look fit', 'write make +tidy', 'last end']);
    assert.deepEqual(stages({ startAt: 'last/end' }), ['look fit', 'last end']);
    assert.deepEqual(stages({ startAt: 'look/list' }), ['look fit list', 'write list make +tidy', 'last end']);
  });

  it('is cut by tags besides', () => {
    assert.deepEqual(stages({ startAt: 'write/list', skipTags: ['make'] }), ['look fit', 'write list +tidy', 'last end']);
  });

  const faults: readonly (readonly [string, Partial<PlanOptions>, string])[] = [
    ['no step is named so', { startAt: 'mak' }, '--start-at-task mak: no step is named so; did you mean make?'],
    ['no step is named at all so', { startAt: 'zzzzzz' }, '--start-at-task zzzzzz: no step is named so'],
    ['it cannot be started at', { startAt: 'tidy' }, '--start-at-task tidy: no step is named so'],
    ['there are several', { startAt: 'list' }, '--start-at-task list: there are look/list and write/list'],
  ];
  for (const [what, options, message] of faults) {
    it(`is refused where ${what}`, () => assert.throws(() => stages(options), { name: 'UsageError', message }));
  }
});

describe('a plan that leaves steps out', () => {
  const message = '"write/list" and 2 more would need listed, which "look/list" registers: that step is left out';

  it('is refused where a register would be missing, by whatever it is cut', () => {
    assert.throws(() => stages({ startAt: 'write/list' }, 'listed.rc == 0'), { name: 'UsageError', message });
    assert.throws(() => stages({ skipTags: ['seen'] }, 'listed.rc == 0'), { name: 'UsageError', message });
    assert.throws(() => stages({ tags: ['make'] }, 'listed.rc == 0'), {
      message: '"write/make" and 1 more would need listed, which "look/list" registers: that step is left out',
    });
  });

  it('is made where no step needs it, or where each asks whether it is there', () => {
    const left = ['look fit', 'write list make +tidy', 'last end'];
    for (const used of ['true', 'listed is undefined or listed.rc == 0', '(listed.rc | default(0)) == 0']) {
      assert.deepEqual(stages({ skipTags: ['seen'] }, used), left, used);
    }
  });

  it('is refused for what templates and bare expressions among the arguments need', () => {
    const uses = [
      '{ name: use, command: { argv: ["{{ listed.rc }}"] } }',
      '{ name: use, command: { argv: [ls] }, environment: { RC: "{{ listed.rc }}" } }',
      '{ name: use, command: { argv: [ls] }, loop: "{{ listed.stdout_lines }}" }',
      '{ name: use, assert: { that: listed.rc == 0 } }',
      '{ name: use, command: { argv: [ls] }, until: listed.rc == 0 }',
    ];
    for (const use of uses) {
      const { playbook, problems } = loadText(
        `apiVersion: switchyard/v1\nname: n\nhosts: localhost\nstages:\n  - name: s\n    steps:\n      - { name: set, command: { argv: [ls] }, register: listed, tags: x }\n      - ${use}\n`,
      );
      assert.deepEqual(problems, []);
      const options = { limit: undefined, tags: [], skipTags: ['x'], extraVars: {} };
      assert.throws(() => resolvePlan(playbook!, EMPTY_INVENTORY, options), {
        message: '"s/use" would need listed, which "s/set" registers: that step is left out',
      });
    }
  });
});
