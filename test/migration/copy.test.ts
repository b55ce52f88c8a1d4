// What a real server does not give on demand: pages that are too large, memory that is short, a document that is refused.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { TaskError } from '../../src/base/errors.ts';
import { openElasticsearch } from '../../src/connections/elasticsearch.ts';
import { runPass } from '../../src/migration/copy.ts';
import type { Partition } from '../../src/migration/partition.ts';
import { type Engine, fakeEngine } from '../support/engine.ts';

const partition: Partition = { key: 'i/0', index: 'i', query: { match_all: {} }, documents: 5, bytes: 10, size: 100 };
const done = { total: 5, created: 5, updated: 0, version_conflicts: 0 };
const ended = (more: object) => ({ completed: true, task: {}, ...more });

describe('a pass over the partitions', () => {
  let engine: Engine;
  const pass = async (answers: readonly unknown[]) => {
    const left = [...answers];
    engine = await fakeEngine({
      'POST /_reindex': { task: 'n:1' },
      'GET /_tasks/n%3A1': () => (left.length > 1 ? left.shift() : left[0]),
    });
    const client = openElasticsearch(engine.connection, { host: '10.0.0.3', port: 9200 });
    const signal = new AbortController().signal;
    return runPass(client, [partition], { run: 'r', pass: 'copy', streams: 2, signal, onProgress: () => {} });
  };
  afterEach(() => engine.close());

  const tooLarge = {
    type: 'illegal_argument_exception',
    reason: 'Remote responded with a chunk that was too large. Use a smaller batch size.',
  };
  const breaker = { id: 'a', status: 429, cause: { type: 'circuit_breaking_exception', reason: '[parent] Data too large' } };

  it('waits for a task that runs, and sums up what it did', async () => {
    assert.deepEqual(await pass([{ completed: false, task: { status: done } }, ended({ response: done })]), {
      created: 5,
      updated: 0,
      conflicts: 0,
      retries: 0,
    });
    assert.equal(engine.asked.filter((line) => line.startsWith('POST /_reindex')).length, 1);
  });

  it('begins a partition again whose page was too large, and one that found no memory', async () => {
    const some = { ...done, created: 2, failures: [breaker] };
    const rest = { ...done, created: 3, version_conflicts: 2 };
    assert.deepEqual(await pass([ended({ error: tooLarge }), ended({ response: some }), ended({ response: rest })]), {
      created: 5,
      updated: 0,
      conflicts: 2,
      retries: 2,
    });
  });

  it('asks again when the question itself found no memory', async () => {
    assert.equal((await pass([429, ended({ response: done })])).created, 5);
  });

  it('ends at a document that is refused, with its id and the innermost reason', async () => {
    const cause = { type: 'mapper_parsing_exception', reason: 'failed to parse', caused_by: { reason: 'no boolean: [yes]' } };
    const response = { ...done, failures: [{ id: 'x1', status: 400, cause }] };
    await assert.rejects(pass([ended({ response })]), (error: TaskError) => {
      assert.ok(error instanceof TaskError);
      const expected = 'copy of index i, partition i/0: document x1 was not taken by Elasticsearch 7: failed to parse: no boolean: [yes]';
      assert.equal(error.message, expected);
      assert.equal(error.detail.next, 'start the old server again, mend or delete that document there, and run again');
      return true;
    });
  });
});
