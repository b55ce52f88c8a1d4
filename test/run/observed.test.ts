import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secrets } from '../../src/base/secret.ts';
import { registry } from '../../src/modules/registry.ts';
import { readModuleSchemas } from '../../src/playbook/schema.ts';
import type { TaskResult } from '../../src/run/events.ts';
import { observe } from '../../src/run/observed.ts';
import { normalFacts } from '../support/scripted_connection.ts';

const result = (step: string, module: string, more: Partial<TaskResult>): TaskResult => ({
  ...{ task: `one/${step}@trains-1`, host: 'trains-1', stage: 'one', step, module, kind: 'probe', status: 'ok', summary: '' },
  ...{ outputs: {}, attempts: 1, started: 1, duration_ms: 2 },
  ...more,
});

async function seen(results: readonly TaskResult[], facts = normalFacts) {
  const schemas = readModuleSchemas();
  const modules = new Map(
    await Promise.all([...registry].map(async ([name, load]) => [name, { module: await load(), schema: schemas.get(name)! }] as const)),
  );
  const secrets = new Secrets();
  secrets.mark('correct-horse');
  return observe(facts, results, { modules, secrets, run: { id: '20260101_000000-abcd', stamp: '20260101_000000' } });
}

describe('what a look at a host comes to', () => {
  it('is the same for an unchanged host at another time, with other free memory and figures', async () => {
    const look = (more: Partial<TaskResult>) => result('api', 'uri', { summary: 'http://h/ answered 200', ...more });
    const first = await seen([look({ figures: '3 ms', outputs: { status: 200, json: { id: 1 }, elapsed_ms: 3 }, started: 1 })]);
    const later = await seen(
      [look({ figures: '9 ms', outputs: { status: 200, json: { id: 2 }, elapsed_ms: 9 }, started: 5, attempts: 2 })],
      {
        ...normalFacts,
        time: { epoch: 1, skew_seconds: 3 },
        memory: { ...normalFacts.memory, available_bytes: 1 },
      },
    );
    assert.deepEqual(first, later);
    assert.deepEqual(first.tasks, [
      { task: 'one/api', module: 'uri', status: 'ok', summary: 'http://h/ answered 200', outputs: { status: 200 } },
    ]);
  });

  it('has no name of the run and no secret in it', async () => {
    const { tasks } = await seen([
      result('keep', 'docker_image', { status: 'changed', summary: 'keep it as trains:switchyard-20260101_000000-abcd' }),
      result('pack', 'archive', { status: 'changed', summary: 'archive /d as /b/20260101_000000/d.tgz', after: 'key: correct-horse' }),
    ]);
    assert.deepEqual(
      tasks.map(({ summary, after }) => [summary, after]),
      [
        ['keep it as trains:switchyard-<run.id>', undefined],
        ['archive /d as /b/<run.stamp>/d.tgz', 'key: ********'],
      ],
    );
  });

  it('is plain data, as it comes back from a file', async () => {
    const look = await seen([result('api', 'uri', { before: undefined })]);
    assert.deepEqual(JSON.parse(JSON.stringify(look)), look);
  });
});
