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

/** A pass on its way. */
interface State {
  readonly queue: Partition[];
  /** by the task's id on the new server */
  readonly running: Map<string, Running>;
  readonly tries: Map<string, number>;
  readonly sum: { -readonly [count in keyof PassResult]: number };
  /** lowered when the new server is short of memory */
  streams: number;
  /** documents of the partitions that are done */
  finished: number;
}

const POLL = 100;
const TELL = 250;
const MOST_RETRIES = 8;

/** Ends when every partition was taken whole. Throws a TaskError naming index, partition and document that was refused. */
export async function runPass(target: Elasticsearch, partitions: readonly Partition[], options: PassOptions): Promise<PassResult> {
  const state: State = {
    queue: [...partitions].sort((a, b) => b.bytes - a.bytes), // the longest first: no single stream is left working at the end
    running: new Map(),
    tries: new Map(),
    sum: { created: 0, updated: 0, conflicts: 0, retries: 0 },
    streams: options.streams,
    finished: 0,
  };
  const tell = telling(state, options);
  while (state.queue.length > 0 || state.running.size > 0) {
    options.signal.throwIfAborted();
    while (state.queue.length > 0 && state.running.size < state.streams) {
      const next = state.queue.shift()!;
      state.running.set(await start(target, next, options), { partition: next, done: 0 });
    }
    await sleep(POLL, undefined, { signal: options.signal });
    for (const [task, work] of [...state.running]) {
      const answer = await patiently(options.signal, () => target.tasks.get<TaskAnswer>({ task_id: task }));
      if (!answer.body.completed) work.done = handled(answer.body.task.status);
      else {
        state.running.delete(task);
        await settle(state, work.partition, { answer: answer.body, options });
      }
    }
    tell();
  }
  return state.sum;
}

/** Counts what an ended task did. A partition it could not take for its size or for want of memory goes back into the queue. */
async function settle(
  state: State,
  partition: Partition,
  { answer, options }: { answer: TaskAnswer; options: PassOptions },
): Promise<void> {
  const { response } = answer;
  state.sum.created += response?.created ?? 0; // also of a task that failed: what it wrote was missing
  state.sum.updated += response?.updated ?? 0;
  const refusal = refusalOf(answer);
  if (refusal === undefined) {
    state.sum.conflicts += response?.version_conflicts ?? 0;
    state.finished += handled(response);
    return;
  }
  const attempt = (state.tries.get(partition.key) ?? 0) + 1;
  if (refusal.kind === 'document' || attempt > MOST_RETRIES) throw failed(partition, refusal, options.pass);
  state.tries.set(partition.key, attempt);
  state.sum.retries++;
  if (refusal.kind === 'overload') {
    state.streams = Math.max(1, state.streams - 1);
    await sleep(pause(attempt), undefined, { signal: options.signal });
  }
  const size = refusal.kind === 'page' ? Math.max(1, Math.floor(partition.size / 4)) : partition.size;
  state.queue.push({ ...partition, size });
}

const pause = (attempt: number) => Math.min(10_000, 250 * 2 ** attempt);

/** A server short of memory refuses any request with 429, also one that only looks; nothing was done then, so it is asked again. */
async function patiently<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 429 || attempt > MOST_RETRIES) throw error;
      await sleep(pause(attempt), undefined, { signal });
    }
  }
}

/** Tells the progress, at most each quarter of a second. */
function telling(state: State, { onProgress }: PassOptions): () => void {
  let told = 0;
  return () => {
    const [first] = state.running.values();
    if (first === undefined || Date.now() - told < TELL) return;
    told = Date.now();
    onProgress(
      [...state.running.values()].reduce((all, { done }) => all + done, state.finished),
      first.partition.index,
    );
  };
}

async function start(target: Elasticsearch, partition: Partition, { run, pass, signal }: PassOptions): Promise<string> {
  const body = {
    conflicts: 'proceed', // "is there already in this version" is no fault: the counts and the proof judge the outcome
    source: {
      remote: { host: 'http://es5:9200', socket_timeout: '5m', connect_timeout: '30s' },
      index: partition.index,
      size: partition.size,
      query: partition.query,
    },
    // 0.15 routed events by task, 0.16 finds and overwrites them by id alone
    dest: { index: partition.index, version_type: 'external', routing: 'discard' },
  };
  const opaqueId = `${run}|${pass}|${partition.key}`;
  const ask = () => target.reindex<{ task: string }>({ wait_for_completion: false, refresh: false, body }, { opaqueId });
  return (await patiently(signal, ask)).body.task;
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
