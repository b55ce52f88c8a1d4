// Whether a new server's Elasticsearch holds anything else than what was copied and proven, told by counting.
import { ConnectionError, TaskError } from '../base/errors.ts';
import { elasticsearchFailure, openElasticsearch } from '../connections/elasticsearch.ts';
import type { Migrated } from '../migration/record.ts';
import { addressOf, countIndices } from './elasticsearch_health.ts';
import type { Target } from './module.ts';

/** What differs, a short text each ("events-log-x: 3 documents more"); empty: nothing does. Throws a TaskError where Elasticsearch cannot be asked. */
export async function findWrites(container: string, migrated: Pick<Migrated, 'indices'>, target: Target): Promise<string[]> {
  const client = openElasticsearch(target.connection, await addressOf({ container }, target));
  try {
    const held = new Map((await countIndices(client)).map(({ index, documents }) => [index, documents]));
    const copied = new Map(migrated.indices.map(({ index, documents }) => [index, documents]));
    return [
      ...[...copied].flatMap(([index, documents]) => difference(index, documents, held.get(index))),
      ...[...held].flatMap(([index, documents]) => (copied.has(index) ? [] : [`${index}: new, ${documents} documents`])),
    ];
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    throw new TaskError(elasticsearchFailure(error), { cause: error });
  } finally {
    await client.close();
  }
}

function difference(index: string, copied: number, held: number | undefined): string[] {
  if (held === copied) return [];
  if (held === undefined) return [`${index}: gone`];
  return [`${index}: ${Math.abs(held - copied)} documents ${held > copied ? 'more' : 'fewer'}`];
}
