// That both sides hold the same documents. The source is frozen and every document was written with its version there, so equal id and
// equal version are equal content; equal counts besides rule out a document too many. Nothing is renamed without it.
import { TaskError } from '../base/errors.ts';
import type { Elasticsearch } from '../connections/elasticsearch.ts';
import { type PassOptions, runPass } from './copy.ts';
import { countAll, type Partition } from './partition.ts';
import type { SourceIndex } from './source.ts';

export interface Certificate {
  readonly method: 'counts per index and partition, then every id and version written again: nothing to write';
  readonly documents: number;
  readonly indices: readonly {
    readonly index: string;
    readonly source: number;
    readonly target: number;
    readonly partitions: readonly { readonly partition: string; readonly source: number; readonly target: number }[];
  }[];
}

export interface Servers {
  readonly source: Elasticsearch;
  readonly target: Elasticsearch;
}

/** Throws a TaskError that names every index or partition that differs, with both numbers. */
export async function prove(
  servers: Servers,
  copied: { readonly indices: readonly SourceIndex[]; readonly partitions: readonly Partition[] },
  options: Omit<PassOptions, 'pass'>,
): Promise<Certificate> {
  const { indices, partitions } = copied;
  const before = await certify(servers, indices, partitions);
  refuseDifference(before);
  const pass = await runPass(servers.target, partitions, { ...options, pass: 'proof' });
  if (pass.created + pass.updated > 0) {
    throw new TaskError(
      `proof: ${pass.created} documents were missing in the target and ${pass.updated} were older there than in the source`,
      {
        next: 'run again: the copy is begun anew',
      },
    );
  }
  if (pass.conflicts !== before.documents) {
    throw new TaskError(`proof: ${pass.conflicts} of ${before.documents} documents were compared`, {
      next: 'run again: the copy is begun anew',
    });
  }
  return before;
}

async function certify(
  { source, target }: Servers,
  indices: readonly SourceIndex[],
  partitions: readonly Partition[],
): Promise<Certificate> {
  if (indices.length > 0) await target.indices.refresh({ index: indices.map(({ name }) => name) }, { requestTimeout: 600_000 });
  const certified: Certificate['indices'][number][] = [];
  for (const { name } of indices) {
    const own = partitions.filter(({ index }) => index === name);
    const queries = [{ match_all: {} }, ...own.map(({ query }) => query)];
    const [there, here] = await Promise.all([countAll(source, name, queries), countAll(target, name, queries)]);
    certified.push({
      index: name,
      source: there[0]!,
      target: here[0]!,
      partitions: own.map(({ key }, i) => ({ partition: key, source: there[i + 1]!, target: here[i + 1]! })),
    });
  }
  return {
    method: 'counts per index and partition, then every id and version written again: nothing to write',
    documents: certified.reduce((all, index) => all + index.source, 0),
    indices: certified,
  };
}

/** Throws where a certificate's two sides differ. */
export function refuseDifference({ indices }: Certificate): void {
  const differences = indices.flatMap(({ index, source, target, partitions }) => {
    if (source !== target) return [`${index} has ${source} documents in the source and ${target} in the target`];
    const uneven = partitions.filter((part) => part.source !== part.target);
    return uneven.map((part) => `${part.partition} has ${part.source} documents in the source and ${part.target} in the target`);
  });
  if (differences.length > 0) throw new TaskError(`proof: ${differences.join('; ')}`, { next: 'run again: the copy is begun anew' });
}
