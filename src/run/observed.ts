// What a check walk saw of a host, without what another look may find otherwise although nothing was changed: a saved plan is held to this.
import { canonicalJson, sha256 } from '../base/digest.ts';
import type { Facts } from '../base/facts.ts';
import type { Secrets } from '../base/secret.ts';
import type { Outputs } from '../modules/module.ts';
import { readFactsSchema } from '../playbook/schema.ts';
import { resultsOf, steadyPart } from '../playbook/shape.ts';
import type { ItemResult, TaskResult, TaskStatus } from './events.ts';
import type { TaskModule } from './task.ts';

export interface ObservedTask {
  /** `stage/step` */
  readonly task: string;
  readonly module: string;
  readonly status: TaskStatus;
  /** empty where there was an error */
  readonly summary: string;
  /** what an error said: it may tell of sizes and times, so that it is shown and not compared */
  readonly message?: string;
  readonly before?: string;
  readonly after?: string;
  readonly outputs: Outputs;
  /** of a step with a loop */
  readonly items?: readonly ItemResult[];
}

/** Plain data without secrets. Names that bear the run's id or stamp bear `<run.id>` or `<run.stamp>` in their place. */
export interface Seen {
  readonly facts: Readonly<Record<string, unknown>>;
  /** in their order */
  readonly tasks: readonly ObservedTask[];
}

export interface Observed extends Seen {
  /** a hash of both: the same for as long as the host is the same */
  readonly state: string;
}

/** What all looks of one run have in common. */
export interface Looking {
  readonly run: { readonly id: string; readonly stamp: string };
  readonly modules: ReadonlyMap<string, TaskModule>;
  readonly secrets: Secrets;
}

/** That they came out like this is what counts. */
const BY_STATUS: ReadonlySet<TaskStatus> = new Set(['failed', 'refused', 'unreachable', 'cannot_tell']);

/** `results` are those of one check walk over the host. */
export function observe(facts: Facts, results: readonly TaskResult[], looking: Looking): Observed {
  const tasks = results.map((result) => taskOf(result, looking.modules));
  const seen = lasting({ facts: steadyPart(facts, [readFactsSchema()]) as Seen['facts'], tasks }, looking);
  return { ...seen, state: stateOf(seen) };
}

function taskOf(result: TaskResult, modules: Looking['modules']): ObservedTask {
  const { stage, step, module, status, summary, before, after, outputs, items } = result;
  const one = modules.get(module)?.schema.outputs ?? {};
  const shape = items === undefined ? one : resultsOf(one, {});
  return {
    task: `${stage}/${step}`,
    ...{ module, status },
    ...(BY_STATUS.has(status) ? { summary: '', message: summary } : { summary }),
    ...{ before, after },
    outputs: steadyPart(outputs, [shape]) as Outputs,
    items: items?.map((item) => (BY_STATUS.has(item.status) ? { ...item, summary: '' } : item)),
  };
}

export function stateOf({ facts, tasks }: Seen): string {
  const compared = tasks.map(({ message: _said, ...task }) => task);
  return `sha256:${sha256(canonicalJson({ facts, tasks: compared }))}`;
}

/** Without secrets, and without the names that a run gives: they are other ones in every run. The id holds the stamp. */
function lasting<T>(data: T, { run: { id, stamp }, secrets }: Looking): T {
  const plain = JSON.stringify(secrets.maskData(data), (_key, value) =>
    typeof value === 'string' ? value.replaceAll(id, '<run.id>').replaceAll(stamp, '<run.stamp>') : value,
  );
  return JSON.parse(plain) as T; // as it will be read from a file: without keys that are undefined
}
