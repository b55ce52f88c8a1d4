// A mapping of Elasticsearch 5 as Elasticsearch 7 takes it: no types, none of the keys that 7 refuses. Pure.
import { TaskError } from '../base/errors.ts';
import type { Properties } from './templates.ts';

type Json = Readonly<Record<string, unknown>>;

/** What is kept of a type's mapping besides its fields. `_all`, `_routing`, `_timestamp`, `_ttl` have no meaning (or no place) in 7. */
const KEPT = ['dynamic', 'dynamic_templates', 'date_detection', 'numeric_detection', 'dynamic_date_formats'] as const;

/** Field parameters of 5 and older that 7 refuses, or that meant nothing any more. */
const DROPPED = new Set([
  'include_in_all',
  'precision_step',
  'compress_threshold',
  'lat_lon',
  'geohash',
  'geohash_prefix',
  'geohash_precision',
]);

const NUMBERS = new Set(['long', 'integer', 'short', 'byte', 'double', 'float', 'half_float', 'scaled_float']);

/** A mapping without types, as `indices.create` of 7 takes it. */
export interface Mapping extends Json {
  readonly properties: Properties;
}

/**
 * The mapping of the one type of an index that holds documents. `types` are as 5 answers them, `_default_` among them; `documents` says
 * how many each holds. Throws a TaskError where no copy by documents can be complete.
 */
export function convertMapping(index: string, types: Readonly<Record<string, Json>>, documents: Readonly<Record<string, number>>): Mapping {
  const names = Object.keys(types).filter((name) => name !== '_default_');
  const filled = names.filter((name) => (documents[name] ?? 0) > 0);
  if (filled.length > 1) {
    throw new TaskError(
      `index ${index}: holds documents of ${filled.length} types (${filled.join(', ')}), whose ids may clash in Elasticsearch 7, which has no types`,
      { next: 'split the index by type on the old server, or delete it there if it is no longer needed' },
    );
  }
  const name = filled[0] ?? names[0] ?? '_default_';
  const mapping = { ...types._default_, ...types[name] };
  refuseUncopyable(index, mapping);
  const kept = Object.fromEntries(KEPT.filter((key) => mapping[key] !== undefined).map((key) => [key, mapping[key]]));
  return { ...kept, properties: convertFields((mapping.properties ?? {}) as Properties) };
}

function refuseUncopyable(index: string, mapping: Json): void {
  const source = (mapping._source ?? {}) as { enabled?: boolean; includes?: unknown[]; excludes?: unknown[] };
  const partial = (source.includes?.length ?? 0) + (source.excludes?.length ?? 0) > 0;
  if (source.enabled === false || partial) {
    const what = partial
      ? 'stores only a part of each document (_source includes or excludes)'
      : 'does not store its documents (_source is disabled)';
    throw new TaskError(`index ${index}: ${what}, so that no copy of it can be complete`, {
      next: 'delete the index on the old server if it is no longer needed',
    });
  }
  if (mapping._parent !== undefined) {
    throw new TaskError(`index ${index}: has parents and children (_parent), which Elasticsearch 7 no longer has`, {
      next: 'delete the index on the old server if it is no longer needed',
    });
  }
}

function convertFields(fields: Properties): Properties {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, convertField(field)]));
}

function convertField(field: Json): Json {
  const type = field.type === 'string' ? (field.index === 'not_analyzed' ? 'keyword' : 'text') : field.type;
  const converted: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(field)) {
    if (DROPPED.has(key) || (key === 'similarity' && value === 'classic') || (key === 'index_options' && NUMBERS.has(String(type))))
      continue;
    if (key === 'type') converted.type = type;
    else if (key === 'properties' || key === 'fields') converted[key] = convertFields(value as Properties);
    else if (key === 'index') converted.index = value !== false && value !== 'no';
    else if (key === 'norms' && value !== null && typeof value === 'object')
      converted.norms = (value as { enabled?: boolean }).enabled !== false;
    else if (key === 'fielddata' && typeof value !== 'boolean') continue;
    else converted[key] = value;
  }
  return converted;
}
