// What is shipped holds: playbooks and example inventories are valid, and fit each other.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'mocha';
import { addressOf } from '../src/connections/address.ts';
import { loadInventory } from '../src/playbook/inventory.ts';
import { resolvePlan } from '../src/playbook/plan.ts';
import { loadPlaybook } from '../src/playbook/playbook.ts';
import { readModuleSchemas } from '../src/playbook/schema.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const list = (folder: string) => readdirSync(resolve(root, folder)).filter((name) => name.endsWith('.yml'));

describe('the shipped playbooks', () => {
  for (const name of list('playbooks')) {
    const { playbook, problems } = loadPlaybook(read(`playbooks/${name}`), name, readModuleSchemas(), '0.1.0');
    it(`${name} is valid`, () => assert.deepEqual(problems, []));

    for (const inventory of list('inventories')) {
      it(`${name} can be planned with inventories/${inventory}, whose hosts can all be reached in a way that is known`, () => {
        const loaded = loadInventory({
          names: [inventory],
          read: (path) => (path === inventory ? read(`inventories/${path}`) : undefined),
          directoryOf: () => root,
        });
        assert.deepEqual(loaded.problems, []);
        const plan = resolvePlan(playbook!, loaded.inventory, { limit: undefined, tags: [], skipTags: [], extraVars: {} });
        for (const host of plan.batches.flat())
          assert.deepEqual(addressOf(host.name, host.vars, { home: '/home/me', user: 'me' }).notes, []);
      });
    }

    it(`${name} refuses, copies and stops before it changes anything that cannot be taken back`, () => {
      const order = playbook!.stages.flatMap(({ steps }) =>
        steps.map(({ module, args }) => `${module}${args.state ? ` ${args.state}` : ''}`),
      );
      const at = (step: string) => order.indexOf(step);
      assert.ok(
        at('assert') < at('get_url') && at('docker_image') < at('docker_compose absent'),
        'downloads are done while the server is up',
      );
      const cold = playbook!.stages.find(({ name: stage }) => stage === 'cold backup')!.steps.map(({ name: step }) => step);
      assert.deepEqual(cold, ['MongoDB', 'Redis', 'Elasticsearch']);
      assert.ok(at('docker_compose absent') < order.lastIndexOf('archive') && order.lastIndexOf('archive') < at('elasticsearch_migrate'));
      assert.ok(at('elasticsearch_migrate') < at('docker_compose present'));
    });
  }
});
