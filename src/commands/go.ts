// The walk that `plan` and `run` are: over the same plan with the same reporters; a plan looks and never changes.
import { stampOf } from '../base/stamp.ts';
import { registry } from '../modules/registry.ts';
import type { Vars } from '../playbook/inventory.ts';
import type { Plan } from '../playbook/plan.ts';
import { stepsOf } from '../playbook/playbook.ts';
import { checkArguments, readModuleSchemas } from '../playbook/schema.ts';
import { createReporter, type ReporterKind } from '../report/report.ts';
import { type Journal, openJournal } from '../run/journal.ts';
import type { TaskModule } from '../run/task.ts';
import { type WalkEnd, type WalkOptions, walk } from '../run/walk.ts';
import { approverOf } from './approval.ts';
import type { PlanningOptions } from './load.ts';
import { withPasswords } from './passwords.ts';
import { permitOf } from './permit.ts';
import { addressFor, reach } from './reach.ts';
import { openReports, type ReportOption } from './reports.ts';
import { outputOf, shownBy } from './shown.ts';
import { stateHome, type World } from './world.ts';

export interface RunOptions extends PlanningOptions {
  readonly forks: number;
  readonly become?: boolean;
  readonly output?: ReporterKind;
  readonly check?: boolean;
  /** every stage that asks first is approved */
  readonly yes?: boolean;
  readonly diff?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly report: readonly ReportOption[];
  /** asks before each change */
  readonly step?: boolean;
}

/** What to go through: a plan, and what a saved one holds it to. */
export interface Going {
  /** the playbook, as it was named */
  readonly file: string;
  readonly plan: Plan;
  readonly held?: WalkOptions['held'];
}

export interface Gone extends WalkEnd {
  /** the run's */
  readonly id: string;
  readonly begun: Date;
}

/** Rejects with a fault of the runner's own; whatever happens on hosts is in the end. */
export async function go({ file, plan, held }: Going, options: RunOptions, world: World): Promise<Gone> {
  const shown = shownBy(options, world);
  const approve = approverOf(plan, options, world);
  const reports = openReports(options.report, world);
  const modules = await modulesOf(plan);
  const permit = permitOf(options, world);
  const login = await withPasswords(options, world);
  const addresses = new Map(plan.batches.flat().map(({ name, vars }) => [name, addressFor(name, withBecome(vars, options), login, world)]));
  for (const { notes = [] } of addresses.values()) for (const note of notes) world.stderr(`warning: ${note}\n`);
  const begun = new Date(world.now());
  const stamp = stampOf(begun);
  const id = `${stamp}-${world.random()}`;
  const journal = options.check ? undefined : openJournal(stateHome(world), id, world.secrets);
  const reporter = createReporter(shown.kind, outputOf(world, shown));
  try {
    const end = await walk({
      plan,
      file,
      held,
      permit,
      run: { id, stamp, check: options.check === true },
      holder: { run: id, who: world.who, since: begun.toISOString() },
      modules,
      checkArguments,
      secrets: world.secrets,
      connect: ({ name }, signal) => reach(addresses.get(name)!, world, signal),
      approve,
      listeners: [...listenersOf(journal), (event) => reporter.listen(event), ...reports.listeners],
      forks: options.forks,
      interrupt: world.interrupt,
      now: world.now,
      wait: world.wait,
    });
    await reporter.close();
    if (end.bug !== undefined) throw end.bug;
    return { ...end, id, begun };
  } finally {
    await reporter.close();
    journal?.close();
    reports.save();
  }
}

/** The journal hears of everything first: what was shown was kept. */
const listenersOf = (journal: Journal | undefined) => (journal ? [journal.listen] : []);

async function modulesOf({ stages }: Plan): Promise<ReadonlyMap<string, TaskModule>> {
  const schemas = readModuleSchemas();
  const names = new Set(stages.flatMap(stepsOf).map(({ module }) => module));
  const load = async (name: string) => [name, { module: await registry.get(name)!(), schema: schemas.get(name)! }] as const;
  return new Map(await Promise.all([...names].map(load)));
}

/** -b on the command line holds for every host. */
const withBecome = (vars: Vars, { become }: RunOptions): Vars => (become === true ? { ...vars, ansible_become: true } : vars);
