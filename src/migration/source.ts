// What the old server holds: every index, known to the product or not, as far as the copy needs to know it. Looks only.
import { TaskError } from '../base/errors.ts';
import type { Elasticsearch } from '../connections/elasticsearch.ts';
import { convertMapping, type Mapping } from './mapping.ts';
import { type Properties, templateFields } from './templates.ts';

type Json = Readonly<Record<string, unknown>>;

export interface SourceIndex {
  readonly name: string;
  readonly documents: number;
  /** on disk, replicas not counted */
  readonly bytes: number;
  /** the date field that tells when a document was written; undefined: the index has no date */
  readonly clock: string | undefined;
  readonly mapping: Mapping;
  /** what of the old settings the new index is made with */
  readonly settings: Json;
  readonly aliases: Json;
}

export interface Inventory {
  readonly indices: readonly SourceIndex[];
  /** indices of Elasticsearch's own (their names begin with a dot), which are not copied */
  readonly skipped: readonly string[];
}

interface Listed {
  readonly index: string;
  readonly status: string;
  readonly health?: string;
  readonly 'pri.store.size'?: string;
}

/** Refreshes the old server first, so that counts and searches see every document. Throws a TaskError for an index that cannot be copied whole. */
export async function takeInventory(client: Elasticsearch): Promise<Inventory> {
  const { body: all } = await client.cat.indices<readonly Listed[]>({ format: 'json', bytes: 'b' });
  const listed = all.filter(({ index }) => !index.startsWith('.')).sort((a, b) => (a.index < b.index ? -1 : 1));
  refuseUnreadable(listed);
  const skipped = all.map(({ index }) => index).filter((index) => index.startsWith('.'));
  if (listed.length === 0) return { indices: [], skipped };
  await client.indices.refresh({}, { requestTimeout: 600_000 });
  const { body: mappings } = await client.indices.getMapping<Record<string, { mappings: Record<string, Json> }>>();
  const { body: settings } = await client.indices.getSettings<Record<string, { settings: { index: Json } }>>();
  const { body: aliases } = await client.indices.getAlias<Record<string, { aliases: Json }>>();
  const indices: SourceIndex[] = [];
  for (const { index: name, 'pri.store.size': bytes } of listed) {
    const types = mappings[name]?.mappings ?? {};
    const mapping = convertMapping(name, types, await countTypes(client, name, Object.keys(types)));
    const { body } = await client.count<{ count: number }>({ index: name });
    indices.push({
      name,
      documents: body.count,
      bytes: Number(bytes ?? 0),
      clock: clockOf(mapping.properties),
      mapping: { ...mapping, properties: { ...mapping.properties, ...templateFields(name) } },
      settings: keptSettings(settings[name]?.settings.index ?? {}),
      aliases: aliases[name]?.aliases ?? {},
    });
  }
  return { indices, skipped };
}

function refuseUnreadable(listed: readonly Listed[]): void {
  const red = listed.filter(({ health }) => health === 'red').map(({ index }) => index);
  if (red.length > 0) {
    throw new TaskError(`indices of the source are damaged (red): ${red.join(', ')}`, {
      next: 'start the old server again and look at GET /_cluster/allocation/explain; restore or delete these indices there',
    });
  }
  const closed = listed.filter(({ status }) => status === 'close').map(({ index }) => index);
  if (closed.length > 0) {
    throw new TaskError(`indices of the source are closed and cannot be read: ${closed.join(', ')}`, {
      next: 'start the old server again and open them there (POST /<index>/_open), or delete them if they are no longer needed',
    });
  }
}

/** One type needs no counting: it is the one. */
async function countTypes(client: Elasticsearch, index: string, types: readonly string[]): Promise<Record<string, number>> {
  const named = types.filter((type) => type !== '_default_');
  if (named.length < 2) return {};
  const counted = named.map(async (type) => [type, (await client.count<{ count: number }>({ index, type })).body.count] as const);
  return Object.fromEntries(await Promise.all(counted));
}

/** `@timestamp` is stamped by the product when it writes; other indices have `timestamp`. Any other date is better than none. */
function clockOf(fields: Properties): string | undefined {
  const dates = Object.keys(fields).filter((name) => {
    const { type, index, doc_values } = fields[name]!;
    return type === 'date' && index !== false && doc_values !== false;
  });
  return ['@timestamp', 'timestamp'].find((name) => dates.includes(name)) ?? dates[0];
}

/** Analysers and limits an index may depend on. Shards, replicas, refresh and all that belongs to the old server are ours to set. */
function keptSettings(settings: Json): Json {
  const limits = (settings.mapping ?? {}) as Json;
  const kept: Record<string, unknown> = {};
  for (const key of ['analysis', 'max_result_window', 'codec']) if (settings[key] !== undefined) kept[key] = settings[key];
  for (const key of ['total_fields', 'depth', 'nested_fields']) if (limits[key] !== undefined) kept[`mapping.${key}`] = limits[key];
  return kept;
}
