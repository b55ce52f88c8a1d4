import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Unapproved } from '../../src/base/errors.ts';
import { type ApprovalOptions, approverOf } from '../../src/commands/approval.ts';
import type { Ask } from '../../src/commands/world.ts';
import { EMPTY_INVENTORY } from '../../src/playbook/inventory.ts';
import { resolvePlan } from '../../src/playbook/plan.ts';
import { loadText } from '../support/playbooks.ts';

const planOf = (keys: string) =>
  resolvePlan(
    loadText(
      `apiVersion: switchyard/v1\nname: n\nhosts: { a: {} }\nstages: [{ name: up, ${keys}steps: [{ name: x, command: { argv: [ls] } }] }]\n`,
    ).playbook!,
    EMPTY_INVENTORY,
    { limit: undefined, tags: [], skipTags: [], extraVars: {} },
  );
const ASKING = planOf('confirm: Start it?, ');
const nobody = { ask: undefined, stderr: () => {} };
const input: ApprovalOptions = { input: true };

async function answered(keys: string, lines: readonly (string | undefined)[]) {
  const left = [...lines];
  const shown: string[] = [];
  const ask: Ask = async (question) => {
    shown.push(question);
    return left.shift();
  };
  const approve = approverOf(planOf(keys), input, { ask, stderr: (text) => void shown.push(text) })!;
  const [{ name: stage, confirm: question, pointOfNoReturn }] = planOf(keys).stages as never as [
    { name: string; confirm?: string; pointOfNoReturn: boolean },
  ];
  const approved = await approve({ stage, hosts: ['a', 'b', 'c', 'd'], question, pointOfNoReturn }, new AbortController().signal);
  return { approved, shown, left };
}

describe('who approves', () => {
  it('is nobody where nothing asks, in a plan, and where it was approved beforehand', () => {
    assert.equal(approverOf(planOf(''), { input: false }, nobody), undefined);
    assert.equal(approverOf(ASKING, { input: true, check: true }, nobody), undefined);
    assert.equal(approverOf(ASKING, { input: false, yes: true }, nobody), undefined);
  });

  it('has to be there before anything is begun', () => {
    const is = (error: Unapproved) => {
      assert.ok(error instanceof Unapproved);
      assert.equal(error.message, 'somebody has to say yes before "up", and nobody can be asked here; nothing was begun');
      assert.deepEqual(error.detail, { next: 'type it at a terminal, or say yes beforehand with --yes' });
      return true;
    };
    assert.throws(() => approverOf(ASKING, input, nobody), is);
    assert.throws(() => approverOf(ASKING, { input: false }, { ask: async () => 'y', stderr: () => {} }), is);
  });

  it('says yes or no; Enter and the end of the input are a no', async () => {
    for (const [line, wanted] of [
      ['y', true],
      ['Yes ', true],
      ['n', false],
      ['no', false],
      ['', false],
      [undefined, false],
    ] as const)
      assert.equal((await answered('confirm: Start it?, ', [line])).approved, wanted, String(line));
  });

  it('is asked again after any other word', async () => {
    const { approved, shown } = await answered('confirm: Start it?, ', ['sure', 'y']);
    const question = 'up: Start it? (for a, b, c and 1 more; yes or no) ';
    assert.deepEqual([approved, shown], [true, [question, 'answer yes or no\n', question]]);
  });

  it('is told of a point of no return', async () => {
    assert.deepEqual((await answered('point_of_no_return: true, ', ['y'])).shown, [
      'up: From here on there is no way back. Go on? (for a, b, c and 1 more; yes or no) ',
    ]);
    assert.deepEqual((await answered('point_of_no_return: true, confirm: Start it?, ', ['y'])).shown, [
      'up: Start it? From here on there is no way back. (for a, b, c and 1 more; yes or no) ',
    ]);
  });
});
