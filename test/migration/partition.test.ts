import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { openElasticsearch } from '../../src/connections/elasticsearch.ts';
import { partition } from '../../src/migration/partition.ts';
import type { SourceIndex } from '../../src/migration/source.ts';
import { type Engine, fakeEngine } from '../support/engine.ts';

const index: SourceIndex = {
  name: 'i',
  documents: 150_000,
  bytes: 30e6,
  clock: 'at',
  mapping: { properties: {} },
  settings: {},
  aliases: {},
};

describe('the partitions of an index', () => {
  let engine: Engine;
  const cut = async (counts: readonly number[], values: readonly unknown[] = [1000.5]) => {
    const left = [...counts];
    engine = await fakeEngine({
      'POST /i/_search': { aggregations: { cuts: { values: values.map((value) => ({ value })) } } },
      'POST /i/_count': () => ({ count: left.shift(), _shards: { failed: 0 } }),
    });
    return partition(openElasticsearch(engine.connection, { host: '10.0.0.3', port: 9200 }), index);
  };
  afterEach(() => engine.close());

  it('are ranges of its clock whose counts add up; those without documents are left out', async () => {
    const parts = await cut([70_000, 80_000, 0]);
    assert.deepEqual(
      parts.map(({ key, documents, bytes, size }) => ({ key, documents, bytes, size })),
      [
        { key: 'i/0', documents: 70_000, bytes: 14e6, size: 5000 },
        { key: 'i/1', documents: 80_000, bytes: 16e6, size: 5000 },
      ],
    );
    assert.deepEqual(parts[0]!.query, { range: { at: { lt: 1000, format: 'epoch_millis' } } });
  });

  it('are one where documents fall into two of them', async () => {
    const parts = await cut([70_000, 80_001, 0]);
    assert.deepEqual(
      parts.map(({ query, documents }) => [query, documents]),
      [[{ match_all: {} }, 150_000]],
    );
  });

  it('are one where no document has a clock', async () => {
    assert.equal((await cut([], ['NaN'])).length, 1);
  });
});
