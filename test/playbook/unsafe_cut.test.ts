// Tags must not have a run migrate the data of a server that runs: told by validate of every single tag, refused where a run is cut like that.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { UsageError } from '../../src/base/errors.ts';
import { EMPTY_INVENTORY } from '../../src/playbook/inventory.ts';
import { type PlanOptions, resolvePlan } from '../../src/playbook/plan.ts';
import { loadText } from '../support/playbooks.ts';

interface Given {
  /** keys of the stages and steps, in their order */
  readonly stopStage?: string;
  readonly stop?: string;
  readonly migrate?: string;
}

const playbook = ({ stopStage = '', stop = '', migrate = '' }: Given) => `apiVersion: switchyard/v1
name: n
hosts: { a: {} }
stages:
  - name: look
    steps: [{ name: list, command: { argv: [ls] }, tags: look }]
  - name: down
    ${stopStage || 'barrier: false'}
    steps:
      - { name: stop, docker_compose: { project_dir: /o, state: absent }${stop} }
  - name: migrate
    steps:
      - { name: data, elasticsearch_migrate: { source: /a, target: /b }${migrate} }
      - { name: start, docker_compose: { project_dir: /o, state: present } }
`;
const told = (given: Given) =>
  loadText(playbook(given)).problems.map(({ position: { line, column }, message }) => `${line}:${column}: ${message}`);
const plan = (given: Given, options: Partial<PlanOptions>) =>
  resolvePlan(loadText(playbook(given)).playbook!, EMPTY_INVENTORY, {
    limit: undefined,
    tags: [],
    skipTags: [],
    extraVars: {},
    ...options,
  });

describe('tags that would part a migration from its shutdown', () => {
  it('are told of, each with its place', () => {
    assert.deepEqual(told({}), []);
    assert.deepEqual(told({ stop: ', tags: down' }), ['10:81: --skip-tags down would leave this out and run "migrate/data" all the same']);
    assert.deepEqual(told({ migrate: ', tags: [data, es]' }), [
      '13:80: --tags data would run this without "down/stop" before it',
      '13:80: --tags es would run this without "down/stop" before it',
    ]);
    assert.deepEqual(told({ stopStage: 'tags: down' }), [
      '10:17: --skip-tags down would leave this out and run "migrate/data" all the same',
    ]);
  });

  it('are none where the stop always runs, both have the tag, or a step comes later', () => {
    assert.deepEqual(
      told({ stop: ', tags: always', migrate: ', tags: data' }).filter((line) => line.includes('--tags data')),
      [],
    );
    assert.deepEqual(told({ stop: ', tags: both', migrate: ', tags: both' }), []);
  });

  it('are refused in a plan and a run', () => {
    const refused = (given: Given, options: Partial<PlanOptions>, message: string) =>
      assert.throws(
        () => plan(given, options),
        (error: Error) => error instanceof UsageError && error.message === message,
      );
    const end = '"migrate/data" would migrate the data of a server that "down/stop" has not stopped; have both run, or neither';
    refused({ migrate: ', tags: data' }, { tags: ['data'] }, `--tags data: ${end}`);
    refused({ stop: ', tags: down' }, { skipTags: ['down'] }, `--skip-tags down: ${end}`);
    refused({}, { startAt: 'data' }, `--start-at-task data: ${end}`);
    refused({ migrate: ', tags: [x, y]' }, { tags: ['x', 'y'], skipTags: ['look'] }, `--tags x,y --skip-tags look: ${end}`);
  });

  it('are no others than those', () => {
    assert.equal(plan({}, { startAt: 'stop' }).stages.length, 2);
    assert.equal(plan({ stop: ', tags: down', migrate: ', tags: data' }, { tags: ['down', 'data'] }).stages.length, 2);
    assert.equal(plan({ migrate: ', tags: data' }, { skipTags: ['data'] }).stages.length, 3);
    assert.equal(plan({ stop: ', tags: down' }, { tags: ['look'] }).stages.length, 1);
  });
});
