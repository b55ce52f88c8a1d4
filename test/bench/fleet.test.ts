import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inventoryOf, playbookOf } from '../../bench/fleet.ts';
import { resolvePlan } from '../../src/playbook/plan.ts';
import { loadTexts } from '../support/files.ts';
import { loadText } from '../support/playbooks.ts';

describe('a fleet to measure with', () => {
  it('is a valid playbook and inventory of the size that was asked for', () => {
    const { playbook, problems } = loadText(playbookOf('trains', 13), 'fleet.yml');
    assert.deepEqual(problems, []);
    const text = inventoryOf('trains', 23);
    const { inventory, problems: faults } = loadTexts(text);
    assert.deepEqual(faults, []);
    const { batches, stages } = resolvePlan(playbook!, inventory, { limit: undefined, tags: [], skipTags: [], extraVars: {} });
    assert.deepEqual([batches.flat().length, stages.map(({ steps }) => steps.length)], [23, [5, 5, 3]]);
    assert.equal(new Set(batches.flat().map(({ vars }) => vars.ansible_host)).size, 23);
  });
});
