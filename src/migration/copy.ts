// One pass over all partitions: the new server fetches each from the old one by itself (`_reindex` from remote); what passes through
// here is only steering. Each task carries `run|pass|partition` in its X-Opaque-Id, which Elasticsearch keeps: that is the ledger.
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskError } from '../base/errors.ts';
import type { Elasticsearch } from '../connections/elasticsearch.ts';
import type { Partition } from './partition.ts';

/** `copy` fills the target; `proof` is the same once more, and writes nothing where nothing is missing. */
export type Pass = 'copy' | 'proof';

export interface PassOptions {
  readonly run: string;
  readonly pass: Pass;
  /** how many partitions at a time */
  readonly streams: number;
  readonly signal: AbortSignal;
  /** documents handled so far and the index in work; called about four times a second */
  readonly onProgress: (done: number, index: string) => void;
}

export interface PassResult {
  readonly created: number;
  readonly updated: number;
  /** documents that were there already in this version */
  readonly conflicts: number;
  /** partitions that had to be begun again: pages too large, or the new server short of memory */
  readonly retries: number;
}

interface Reason {
  readonly type?: string;
  readonly reason?: string;
  readonly caused_by?: Reason;
}

interface Done {
  readonly total: number;
  readonly created: number;
  readonly updated: number;
  readonly version_conflicts: number;
  readonly failures?: readonly { readonly id?: string; readonly status?: number; readonly cause?: Reason; readonly reason?: Reason }[];
}

interface TaskAnswer {
  readonly completed: boolean;
  readonly task: { readonly status?: Done };
  readonly response?: Done;
  readonly error?: Reason;
}

interface Running {
  readonly partition: Partition;
  done: number;
}

const POLL = 250;
const MOST_RETRIES = 8;

/** Ends when every partition was taken whole. Throws a TaskError naming index, partition and document that was refused. */
export async function runPass(target: Elasticsearch, partitions: readonly Partition[], options: PassOptions): Promise<PassResult> {
  const queue = [...partitions].sort((a, b) => b.bytes - a.bytes); // the longest first: no single stream is left working at the end
  const running = new Map<string, Running>();
  const tries = new Map<string, number>();
  const sum = { created: 0, updated: 0, conflicts: 0, retries: 0 };
  let streams = options.streams;
  let finished = 0;
  while (queue.length > 0 || running.size > 0) {
    options.signal.throwIfAborted();
    while (queue.length > 0 && running.size < streams) {
      const next = queue.shift()!;
      running.set(await start(target, next, options), { partition: next, done: 0 });
    }
    await sleep(POLL, undefined, { signal: options.signal });
    for (const [task, work] of [...running]) {
      const { body: answer } = await target.tasks.get<TaskAnswer>({ task_id: task });
      if (!answer.completed) {
        work.done = handled(answer.task.status);
        continue;
      }
      running.delete(task);
      const refusal = refusalOf(answer);
      if (refusal === undefined) {
        const { created, updated, version_conflicts } = answer.response!;
        sum.created += created;
        sum.updated += updated;
        sum.conflicts += version_conflicts;
        finished += handled(answer.response);
        continue;
      }
      const attempt = (tries.get(work.partition.key) ?? 0) + 1;
      if (refusal.kind === 'document' || attempt > MOST_RETRIES) throw failed(work.partition, refusal, options.pass);
      tries.set(work.partition.key, attempt);
      sum.retries++;
      if (refusal.kind === 'overload') {
        streams = Math.max(1, streams - 1);
        await sleep(Math.min(10_000, 500 * 2 ** attempt), undefined, { signal: options.signal });
      }
      const size = refusal.kind === 'page' ? Math.max(1, Math.floor(work.partition.size / 4)) : work.partition.size;
      queue.push({ ...work.partition, size });
    }
    const [first] = running.values();
    if (first) options.onProgress(finished + [...running.values()].reduce((all, { done }) => all + done, 0), first.partition.index);
  }
  return sum;
}

async function start(target: Elasticsearch, partition: Partition, { run, pass }: PassOptions): Promise<string> {
  const { body } = await target.reindex<{ task: string }>(
    {
      wait_for_completion: false,
      refresh: false,
      body: {
        conflicts: 'proceed', // "is there already in this version" is no fault: the counts and the proof judge the outcome
        source: {
          remote: { host: 'http://es5:9200', socket_timeout: '5m', connect_timeout: '30s' },
          index: partition.index,
          size: partition.size,
          query: partition.query,
        },
        // 0.15 routed events by task, 0.16 finds and overwrites them by id alone
        dest: { index: partition.index, version_type: 'external', routing: 'discard' },
      },
    },
    { opaqueId: `${run}|${pass}|${partition.key}` },
  );
  return body.task;
}

const handled = (status: Done | undefined) => (status ? status.created + status.updated + status.version_conflicts : 0);

interface Refused {
  readonly kind: 'document' | 'page' | 'overload';
  readonly id: string | undefined;
  readonly reason: string;
}

/** Why a task did not take its partition. undefined: it did. */
function refusalOf({ error, response }: TaskAnswer): Refused | undefined {
  const failure = response?.failures?.[0];
  const cause = error ?? failure?.cause ?? failure?.reason;
  if (cause === undefined && failure === undefined) return undefined;
  const reason = reasonsOf(cause).join(': ') || 'no reason given';
  const types = JSON.stringify([error, failure]);
  if (/chunk that was too large|content length.*exceed|entity content is too long/i.test(types))
    return { kind: 'page', id: undefined, reason };
  if (failure?.status === 429 || /circuit_breaking_exception|es_rejected_execution_exception/.test(types)) {
    return { kind: 'overload', id: undefined, reason };
  }
  return { kind: 'document', id: failure?.id, reason };
}

function reasonsOf(cause: Reason | undefined): string[] {
  if (cause === undefined) return [];
  const text = cause.reason ?? cause.type;
  return [...(text ? [text] : []), ...reasonsOf(cause.caused_by)];
}

function failed(partition: Partition, { id, reason }: Refused, pass: Pass): TaskError {
  const what = id === undefined ? '' : `document ${id} was not taken by Elasticsearch 7: `;
  return new TaskError(`${pass} of index ${partition.index}, partition ${partition.key}: ${what}${reason}`, {
    next: id === undefined ? undefined : 'start the old server again, mend or delete that document there, and run again',
  });
}
