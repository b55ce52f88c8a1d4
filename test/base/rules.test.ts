// Every rule of the table by its folder in test/fixtures/rules: what breaks it, told with the exact place, and its twin without any problem.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { RULES, type RuleId } from '../../src/base/rules.ts';
import { readCase, readFolders, said } from '../support/rule_fixtures.ts';
import { loadWithSites } from '../support/rule_sites.ts';

const rules = Object.keys(RULES) as readonly RuleId[];

describe('the rules', () => {
  it('have a folder of fixtures each, and no folder is of none', () => {
    assert.deepEqual(readFolders().toSorted(), rules.toSorted());
  });

  for (const rule of rules) {
    it(`${rule}: is told where it is broken, and there only`, async () => {
      const { says } = readCase(rule);
      assert.ok(
        says.some((line) => line.includes(` ${rule}: `)),
        'case.json expects no problem of this rule',
      );
      assert.deepEqual(await said(rule, 'bad'), says);
      assert.deepEqual(await said(rule, 'good'), []);
    });
  }

  it('are each missed when the code that reports them is taken away, place after place', async () => {
    const { sites, without, commands } = await loadWithSites(rules);
    const unnoticed: string[] = [];
    for (const { rule, place } of sites) {
      const lines = await without(place, () => said(rule, 'bad', commands));
      if (isSame(lines, readCase(rule).says)) unnoticed.push(`${rule} at ${place}`);
    }
    assert.deepEqual([...new Set(sites.map(({ rule }) => rule))].toSorted(), rules.toSorted(), 'every rule is reported somewhere');
    assert.deepEqual(unnoticed, [], 'no fixture notices when these are removed');
    assert.deepEqual(await without('nowhere', () => said('duplicate-key', 'bad', commands)), readCase('duplicate-key').says);
  });
});

const isSame = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((line, i) => line === other[i]);
