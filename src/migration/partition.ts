// How an index is cut into parts that are copied side by side: half-open ranges of its write clock, cut by percentiles, and one part for
// the documents without a clock. A remote source cannot be sliced by Elasticsearch itself.
import type { Elasticsearch } from '../connections/elasticsearch.ts';
import type { SourceIndex } from './source.ts';

export type Query = Readonly<Record<string, unknown>>;

export interface Partition {
  /** `<index>/<number>`: its name in logs, errors and in each task's X-Opaque-Id */
  readonly key: string;
  readonly index: string;
  readonly query: Query;
  readonly documents: number;
  /** estimated from the index's size */
  readonly bytes: number;
  /** documents a page */
  readonly size: number;
}

const DOCUMENTS = 100_000;
const BYTES = 60e6;
const PAGE_BYTES = 10e6;
/** compressed on disk to JSON on the wire: measured 1.6 to 2.1 on the product's data */
const INFLATION = 2;

/**
 * The partitions of one index. Their counts were taken on the source and add up to the index's count; where ranges cannot do that
 * (a document with two values of its clock falls into two), the index is one partition.
 */
export async function partition(client: Elasticsearch, index: SourceIndex): Promise<readonly Partition[]> {
  const queries = await cut(client, index);
  const counts = queries.length === 1 ? [index.documents] : await countAll(client, index.name, queries);
  const exact = counts.reduce((sum, count) => sum + count, 0) === index.documents;
  const parts = exact ? queries.map((query, i) => ({ query, documents: counts[i]! })) : [{ query: everything, documents: index.documents }];
  const average = index.bytes / Math.max(1, index.documents);
  return parts
    .filter(({ documents }) => documents > 0)
    .map(({ query, documents }, i) => ({
      key: `${index.name}/${i}`,
      index: index.name,
      query,
      documents,
      bytes: Math.round(documents * average),
      size: pageSize(average),
    }));
}

const everything: Query = { match_all: {} };

/** Documents a page, so that a page is at most about 10 MB of JSON: a page of 100 MB is refused by Elasticsearch 7. `average` is bytes on disk. */
export function pageSize(average: number): number {
  return Math.max(1, Math.min(5000, Math.floor(PAGE_BYTES / Math.max(1, average * INFLATION))));
}

/** How many parts an index of this size is cut into. */
export function partsOf(documents: number, bytes: number): number {
  return Math.max(1, Math.min(documents, Math.max(Math.ceil(documents / DOCUMENTS), Math.ceil(bytes / BYTES))));
}

/** Ranges that cover every value of the field exactly once, and the documents that have none. `cuts` are epoch milliseconds in any order. */
export function ranges(field: string, cuts: readonly number[]): readonly Query[] {
  const borders = [...new Set(cuts.map(Math.floor))].sort((a, b) => a - b);
  if (borders.length === 0) return [everything];
  const within = (bounds: Query) => ({ range: { [field]: { ...bounds, format: 'epoch_millis' } } });
  return [
    within({ lt: borders[0] }),
    ...borders.slice(1).map((lt, i) => within({ gte: borders[i], lt })),
    within({ gte: borders.at(-1) }),
    { bool: { must_not: [{ exists: { field } }] } },
  ];
}

async function cut(client: Elasticsearch, { name, documents, bytes, clock }: SourceIndex): Promise<readonly Query[]> {
  const parts = partsOf(documents, bytes);
  if (parts === 1 || clock === undefined) return [everything];
  const percents = Array.from({ length: parts - 1 }, (_, i) => ((i + 1) * 100) / parts);
  const cuts = { percentiles: { field: clock, percents, keyed: false, tdigest: { compression: Math.max(100, parts * 5) } } };
  const { body } = await client.search<{ aggregations: { cuts: { values: readonly { value: number | 'NaN' | null }[] } } }>(
    { index: name, size: 0, body: { aggs: { cuts } } },
    { requestTimeout: 600_000 },
  );
  return ranges(
    clock,
    body.aggregations.cuts.values
      .map(({ value }) => value)
      .filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[],
  );
}

/** How many documents each query finds, in their order. A few questions at a time. */
export async function countAll(client: Elasticsearch, index: string, queries: readonly Query[]): Promise<readonly number[]> {
  const counts: number[] = new Array(queries.length).fill(0);
  let next = 0;
  const ask = async () => {
    while (next < queries.length) {
      const i = next++;
      const { body } = await client.count<{ count: number; _shards: { failed: number } }>({ index, body: { query: queries[i]! } });
      if (body._shards.failed > 0) throw new Error(`index ${index}: ${body._shards.failed} shards did not answer a count`);
      counts[i] = body.count;
    }
  };
  await Promise.all([ask(), ask(), ask(), ask()]);
  return counts;
}
