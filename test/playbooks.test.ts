// What is shipped holds: playbooks and example inventories are valid, and fit each other.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'mocha';
import { addressOf } from '../src/connections/address.ts';
import { assert as assertModule } from '../src/modules/assert.ts';
import { loadInventory } from '../src/playbook/inventory/load.ts';
import { resolvePlan } from '../src/playbook/plan.ts';
import { render } from '../src/playbook/render.ts';
import { checkArguments, readModuleSchemas } from '../src/playbook/schema.ts';
import { onDisk } from './support/files.ts';
import { loadText } from './support/playbooks.ts';
import { normalFacts, ScriptedConnection, scriptedTarget } from './support/scripted_connection.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const list = (folder: string) => readdirSync(resolve(root, folder)).filter((name) => name.endsWith('.yml'));

/** What a preflight finds on a host that may be upgraded. */
const FIT = {
  facts: { ...normalFacts },
  installed: {
    release: '0.15.1',
    unmigrated: false,
    era: 'elasticsearch 5',
    install: 'compose',
    database_migration: '0.15.0',
    not_running: [] as string[],
    log_errors: [] as string[],
    fixed_users: false,
    agent_address: true,
    official_migration: '',
    unwritable: [] as string[],
    data: { elastic: '/opt/trains/data/elastic', elastic_target: '/opt/trains/data/elastic_7', config: '/opt/trains/config' },
    disk: { mount: '/', total_bytes: 100e9, free_bytes: 60e9 },
    data_bytes: 5e9,
    target_state: 'absent',
  },
};

/** What a real host of the lab cannot be made to be: by the step that refuses it. */
const UNFIT: Readonly<Record<string, readonly { readonly facts?: object; readonly installed?: object; readonly says: RegExp }[]>> = {
  'Docker is one that this was made for': [
    { facts: { docker: { ...normalFacts.docker, rootless: true } }, says: /rootless/ },
    { facts: { docker: { ...normalFacts.docker, userns: true } }, says: /userns-remap/ },
    { facts: { docker: { ...normalFacts.docker, snap: true } }, says: /snap/ },
    { facts: { docker: { ...normalFacts.docker, selinux: true } }, says: /SELinux/ },
  ],
  'the clocks agree': [
    { facts: { time: { epoch: 0, skew_seconds: -3600 } }, says: /3600 s behind/ },
    { facts: { time: { epoch: 0, skew_seconds: 61 } }, says: /61 s ahead of/ },
  ],
  'kernel limit for Elasticsearch': [{ facts: { vm_max_map_count: 65_530 }, says: /65530.*262144/ }],
  'memory for two Elasticsearch servers': [
    { facts: { memory: { total_bytes: 4 * 1024 ** 3, available_bytes: 0 } }, says: /3\.2 GiB are missing/ },
  ],
  'Elasticsearch 7 will not stop writing': [
    { installed: { disk: { mount: '/', total_bytes: 100e9, free_bytes: 14e9 } }, says: /flood.*0\.93 GiB are missing/ },
  ],
  'an upgraded server is up': [
    {
      installed: { release: '0.16.1', not_running: ['apiserver', 'redis'] },
      says: /^Refusal: .*0\.16\.1 is installed, but apiserver, redis does not run/,
    },
    {
      installed: { release: '0.16.1', log_errors: ['ES database seems not migrated'] },
      says: /but its log says: ES database seems not migrated/,
    },
  ],
  'no fixed users on a database of 0.13 or older': [
    {
      installed: { release: '0.13.0', database_migration: '', fixed_users: true },
      says: /fixed users are on and the database is of 0\.13\.0/,
    },
    { installed: { database_migration: '0.13.0', fixed_users: true }, says: /fixed users are on and the database is of 0\.13\.0/ },
  ],
  'the old server has started without a failed step': [
    { installed: { log_errors: ['Failed initializing mongodb: x'] }, says: /at its start: Failed initializing mongodb: x/ },
  ],
  'the layout is one that this playbook knows': [{ installed: { install: 'legacy' }, says: /legacy/ }],
  'the data were not migrated by the official script already': [
    { installed: { official_migration: 'done' }, says: /migrated the data already/ },
  ],
  'permission on the data': [{ installed: { unwritable: ['/opt/trains/data/mongo'] }, says: /read and write \/opt\/trains\/data\/mongo/ }],
};

describe('the shipped playbooks', () => {
  const schema = readModuleSchemas().get('assert')!;
  const { playbook: upgrade } = loadText(read('playbooks/trains-0.16.yml'));
  const judge = (name: string, given: { facts?: object; installed?: object }) => {
    const step = upgrade!.stages.flatMap(({ steps }) => steps).find((one) => one.name === name)!;
    const inputs = Object.fromEntries([...upgrade!.inputs].map(([input, { default: value }]) => [input, value]));
    const scope = { ...inputs, facts: { ...FIT.facts, ...given.facts }, installed: { ...FIT.installed, ...given.installed } };
    return assertModule.check(
      checkArguments('assert', render(step.args, scope, schema), name) as never,
      scriptedTarget(new ScriptedConnection()),
    );
  };
  for (const [name, cases] of Object.entries(UNFIT)) {
    it(`trains-0.16.yml: ${name}`, async () => {
      assert.equal((await judge(name, {})).status, 'ok');
      for (const { says, ...given } of cases) await assert.rejects(judge(name, given), says);
    });
  }

  for (const name of list('playbooks')) {
    const { playbook, problems } = loadText(read(`playbooks/${name}`), name);
    it(`${name} is valid`, () => assert.deepEqual(problems, []));

    for (const inventory of list('inventories')) {
      it(`${name} can be planned with inventories/${inventory}, whose hosts can all be reached in a way that is known`, () => {
        const loaded = loadInventory({ names: [`inventories/${inventory}`], files: onDisk(root), cwd: root });
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
