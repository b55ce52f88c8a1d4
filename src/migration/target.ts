// The new server before the copy and after it: templates and indices are made explicitly, set for fast writing, and set back.
import { TaskError } from '../base/errors.ts';
import { type Elasticsearch, elasticsearchFailure } from '../connections/elasticsearch.ts';
import type { SourceIndex } from './source.ts';
import { TEMPLATES } from './templates.ts';

const LONG = { requestTimeout: 3_600_000 };

/** Puts the product's templates, then makes each index. An index bears the run that made it in its mapping's `_meta`. */
export async function prepareTarget(target: Elasticsearch, indices: readonly SourceIndex[], run: string): Promise<void> {
  for (const [name, body] of Object.entries(TEMPLATES)) await target.indices.putTemplate({ name, body: { ...body } });
  for (const index of indices) {
    try {
      await target.indices.create({ index: index.name, body: indexBody(index, run) });
    } catch (error) {
      throw new TaskError(`index ${index.name}: cannot be made in Elasticsearch 7: ${elasticsearchFailure(error)}`, { cause: error });
    }
  }
}

/** The body an index is made with: our template's fields over its own; nothing is refreshed, synced or replicated while it is filled. */
export function indexBody({ settings, mapping, aliases }: SourceIndex, run: string): Record<string, unknown> {
  return {
    settings: { ...settings, number_of_shards: 1, number_of_replicas: 0, refresh_interval: '-1', 'translog.durability': 'async' },
    mappings: { ...mapping, _meta: { switchyard: run } },
    aliases: Object.fromEntries(Object.entries(aliases).map(([name, alias]) => [name, withoutRouting(alias)])),
  };
}

function withoutRouting(alias: unknown): Record<string, unknown> {
  const { filter } = alias as { filter?: unknown };
  return filter === undefined ? {} : { filter };
}

/**
 * Back to what the new server would have made itself: its defaults for refreshing and the translog, and one replica. So a single server
 * is yellow afterwards, as it was before and as each index is that 0.16 makes, and a second server would get its copies.
 */
export async function settleTarget(target: Elasticsearch, indices: readonly SourceIndex[]): Promise<void> {
  const index = indices.map(({ name }) => name);
  if (index.length > 0) {
    const body = { index: { number_of_replicas: 1, refresh_interval: null, translog: { durability: null } } };
    await target.indices.putSettings({ index, body });
    await target.indices.flush({ index, force: true, wait_if_ongoing: true }, LONG);
  }
  await target.indices.delete({ index: '.tasks', ignore_unavailable: true }); // the ended copies: of no use to the product
}
