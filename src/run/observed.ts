// What a check walk saw of a host, without what another look may find otherwise although nothing was changed: a saved plan is held to this.
import type { Facts } from '../base/facts.ts';
import type { Secrets } from '../base/secret.ts';
import type { Outputs } from '../modules/module.ts';
import { readFactsSchema } from '../playbook/schema.ts';
import { resultsOf, steadyPart } from '../playbook/shape.ts';
import type { TaskResult, TaskStatus } from './events.ts';
import type { TaskModule } from './task.ts';

export interface ObservedTask {
  /** `stage/step` */
  readonly task: string;
  readonly module: string;
  readonly status: TaskStatus;
  readonly summary: string;
  readonly before?: string;
  readonly after?: string;
  readonly outputs: Outputs;
}

/** Plain data without secrets. Names that bear the run's id or stamp bear `<run.id>` or `<run.stamp>` in their place. */
export interface Observed {
  readonly facts: Readonly<Record<string, unknown>>;
  /** in their order */
  readonly tasks: readonly ObservedTask[];
}

/** What all looks of one run have in common. */
export interface Looking {
  readonly run: { readonly id: string; readonly stamp: string };
  readonly modules: ReadonlyMap<string, TaskModule>;
  readonly secrets: Secrets;
}

/** `results` are those of one check walk over the host. */
export function observe(facts: Facts, results: readonly TaskResult[], looking: Looking): Observed {
  const seen = {
    facts: steadyPart(facts, [readFactsSchema()]) as Observed['facts'],
    tasks: results.map((result) => observeTask(result, looking)),
  };
  return looking.secrets.maskData(withoutRun(seen, looking.run));
}

function observeTask(result: TaskResult, { modules }: Looking): ObservedTask {
  const { stage, step, module, status, summary, before, after, outputs, items } = result;
  const one = modules.get(module)?.schema.outputs ?? {};
  const shape = items === undefined ? one : resultsOf(one, {});
  return { task: `${stage}/${step}`, module, status, summary, before, after, outputs: steadyPart(outputs, [shape]) as Outputs };
}

/** The names that a run gives are other ones in every run. The id holds the stamp. */
function withoutRun<T>(data: T, { id, stamp }: Looking['run']): T {
  const plain = JSON.stringify(data, (_key, value) =>
    typeof value === 'string' ? value.replaceAll(id, '<run.id>').replaceAll(stamp, '<run.stamp>') : value,
  );
  return JSON.parse(plain) as T; // as it will be read from a file: without keys that are undefined
}
