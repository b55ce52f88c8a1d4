// The index templates of Trains Server 0.16 for Elasticsearch 7.6, as its apiserver puts them at every start. They must be on the new
// server before the first document: without one named `events*` the new apiserver takes the data for not migrated.

export type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Template {
  readonly index_patterns: string;
  readonly order?: number;
  readonly settings?: { readonly number_of_shards: number };
  readonly mappings: { readonly _source?: { readonly enabled: true }; readonly properties: Properties };
}

const date = { type: 'date' };
const keyword = { type: 'keyword' };
const float = { type: 'float' };
const unsearched = { type: 'text', index: false };

/** By the name they are put under. */
export const TEMPLATES: Readonly<Record<string, Template>> = {
  events: {
    index_patterns: 'events-*',
    settings: { number_of_shards: 1 },
    mappings: {
      _source: { enabled: true },
      properties: {
        '@timestamp': date,
        task: keyword,
        type: keyword,
        worker: keyword,
        timestamp: date,
        iter: { type: 'long' },
        metric: keyword,
        variant: keyword,
        value: float,
      },
    },
  },
  events_log: { index_patterns: 'events-log-*', order: 1, mappings: { properties: { msg: unsearched, level: keyword } } },
  events_plot: { index_patterns: 'events-plot-*', order: 1, mappings: { properties: { plot_str: unsearched } } },
  events_training_debug_image: {
    index_patterns: 'events-training_debug_image-*',
    order: 1,
    mappings: { properties: { key: keyword, url: keyword } },
  },
  queue_metrics: {
    index_patterns: 'queue_metrics_*',
    settings: { number_of_shards: 1 },
    mappings: {
      _source: { enabled: true },
      properties: { timestamp: date, queue: keyword, average_waiting_time: float, queue_length: { type: 'integer' } },
    },
  },
  worker_stats: {
    index_patterns: 'worker_stats_*',
    settings: { number_of_shards: 1 },
    mappings: {
      _source: { enabled: true },
      properties: {
        timestamp: date,
        worker: keyword,
        category: keyword,
        metric: keyword,
        variant: keyword,
        value: float,
        unit: keyword,
        task: keyword,
      },
    },
  },
};

/** The fields the new server declares for an index of this name, the template of higher order winning. Empty: the product does not know the index. */
export function templateFields(index: string): Properties {
  const fitting = Object.values(TEMPLATES)
    .filter(({ index_patterns }) => index.startsWith(index_patterns.replace('*', '')))
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  return Object.assign({}, ...fitting.map(({ mappings }) => mappings.properties)) as Properties;
}
