// One host's part in a run: connect, facts, lock, its way through the stages, unlock. Other hosts, batches and stop rules are walk.ts's.
import { ConnectionError, messageOf } from '../base/errors.ts';
import type { Secrets } from '../base/secret.ts';
import type { Connection } from '../connections/connection.ts';
import type { Plan, PlannedHost } from '../playbook/plan.ts';
import type { Stage, Step } from '../playbook/playbook.ts';
import { render } from '../playbook/render.ts';
import type { CheckArguments } from '../playbook/schema.ts';
import { noTasks } from './counts.ts';
import type { Emitted, HostResult, HostStatus, RunEvent } from './events.ts';
import { gatherFacts } from './facts.ts';
import { failureOf, isOurs } from './failure.ts';
import type { Held } from './held.ts';
import { type Lock, Locked, type LockHolder, takeLock } from './lock.ts';
import { lookAgain, lookThrough } from './look.ts';
import type { Observed } from './observed.ts';
import type { Once } from './once.ts';
import type { TaskModule } from './task.ts';
import { type Ender, enderOf, goThrough, type HostRun, scopeFor, startOf } from './way.ts';

/** What the hosts of a batch wait for of each other. Whoever waits holds no place meanwhile. */
export interface Company {
  /** resolves when every host of the batch has come to this stage or has ended; to false where somebody said no to it */
  readonly barrier: (host: string, stage: Stage) => Promise<boolean>;
  readonly once: Pick<Once, 'come' | 'done' | 'pass' | 'leave' | 'isFor'>;
  readonly withoutPlace: <Result>(wait: () => Promise<Result>) => Promise<Result>;
  /** does the work of a step as soon as its throttle lets it */
  readonly throttled: <Result>(step: Step, work: () => Promise<Result>) => Promise<Result>;
}

/** All that the hosts of one run share. */
export interface RunContext extends Company {
  readonly plan: Plan;
  readonly run: { readonly id: string; readonly stamp: string; readonly check: boolean };
  readonly holder: LockHolder;
  readonly modules: ReadonlyMap<string, TaskModule>;
  readonly checkArguments: CheckArguments;
  readonly secrets: Secrets;
  readonly emit: (event: Emitted) => RunEvent;
  readonly connect: (host: PlannedHost, signal: AbortSignal) => Promise<Connection>;
  /** aborted by the second interrupt */
  readonly signal: AbortSignal;
  /** true from the first interrupt on: no new task is begun */
  readonly stopping: () => boolean;
  /** asks whether a change is to be made; undefined: each is made */
  readonly permit?: (host: string, step: Step, summary: string) => Promise<boolean>;
  /** of a saved plan: what the hosts have to be like before anything is changed on one of them */
  readonly held?: Held;
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How a host came out, and a fault of the runner's own if there was one. */
export interface HostEnd {
  readonly result: HostResult;
  /** of a plan that came to its end */
  readonly observed?: Observed;
  readonly bug?: unknown;
}

/** The result of a host that the run never came to. */
export function notRun(host: string, message: string): HostResult {
  return { host, status: 'not_run', counts: noTasks(), message };
}

/** Never rejects: a host's fault is its result, and no other host hears of it here. */
export async function runHost(host: PlannedHost, context: RunContext): Promise<HostEnd> {
  let run: HostRun | undefined;
  const ended: Ender = (...end) => enderOf(host.name, run?.counts ?? noTasks())(...end);
  let connection: Connection | undefined;
  let lock: Lock | undefined;
  try {
    context.emit({ kind: 'host_started', host: host.name, address: String(host.vars.ansible_host ?? host.name) });
    connection = await context.connect(host, context.signal);
    const facts = await gatherFacts(connection, context.now);
    const aborter = new AbortController();
    const directory = projectDirectory(context, scopeFor(host, context, facts), facts.user.home);
    const reached = { connection, facts, directory, signal: AbortSignal.any([context.signal, aborter.signal]) };
    if (context.run.check) return await lookThrough(host, context, reached);
    lock = await takeLock(connection, directory, context.holder, (why) => aborter.abort(new Error(why)));
    const refused = context.held && (await lookAgain(host, context, reached));
    if (refused) return refused;
    run = startOf(host, context, reached);
    return withPast(await goThrough(run, ended), run);
  } catch (error) {
    if (error instanceof Locked) return ended('locked', error.message, failureOf(error), error);
    const status = statusOf(error, run?.state.touched !== true, context.signal.aborted);
    return withPast(ended(status, messageOf(error), failureOf(error), error), run);
  } finally {
    await release(host.name, context, lock, connection);
  }
}

function withPast({ result, ...end }: HostEnd, run: HostRun | undefined): HostEnd {
  const past = run?.state.past;
  return { ...end, result: past === undefined ? result : { ...result, past } };
}

/** How a host ends by an error outside of its tasks: while it is reached and locked, or while a receipt is written. */
function statusOf(error: unknown, untouched: boolean, aborted: boolean): HostStatus {
  if (error instanceof ConnectionError) return 'unreachable';
  if (isOurs(error)) return untouched ? 'refused' : 'failed';
  return aborted ? 'interrupted' : 'failed';
}

/** Where lock and receipts of this host live: the playbook's project_dir, or the login user's home. */
function projectDirectory(context: RunContext, scope: Readonly<Record<string, unknown>>, home: string): string {
  const { projectDir } = context.plan.playbook;
  if (projectDir === undefined) return home;
  return String(render(projectDir, scope));
}

/** A lost link keeps the lock on the host: whatever runs there may still run. */
async function release(host: string, context: RunContext, lock: Lock | undefined, connection: Connection | undefined): Promise<void> {
  try {
    await lock?.release();
  } catch (error) {
    context.emit({
      kind: 'warning',
      host,
      message: `${messageOf(error)}; the lock is left behind: switchyard unlock ${host} ${context.run.id}`,
    });
  }
  await connection?.close().catch(() => {}); // nothing depends on how a connection that is no longer needed ends
}
