// Where an upgrade of a host stands, told from what is on the host. Looks only, and takes no lock.
import { ConnectionError, messageOf, TaskError } from '../base/errors.ts';
import type { Secrets } from '../base/secret.ts';
import type { Connection } from '../connections/connection.ts';
import type { Target } from '../modules/module.ts';
import { lookAtServer, type ServerEvidence } from '../modules/server_standing.ts';
import { findWrites } from '../modules/server_writes.ts';
import type { HostResult, RunEvent } from './events.ts';
import { gatherFacts } from './facts.ts';
import { type FoundLock, readLock } from './lock.ts';
import { type Next, nextOf, type OwnCommands } from './next.ts';
import { type LastRun, readLastRun, readReceipt } from './receipt.ts';
import { STATES, type State, type StateName } from './states.ts';

/** What could not be looked at; why is among the warnings. */
export type NotLooked = 'unknown';

/** Plain data, complete; what the report and programs get. */
export interface Standing {
  readonly host: string;
  readonly directory: string;
  readonly state: StateName;
  readonly name: string;
  /** a sentence: what the state means here, or why it could not be told */
  readonly means: string;
  /** what runs of the server now, as a sentence */
  readonly runs: string;
  readonly old: State['old'];
  readonly new: State['new'];
  /** whether a server could come back by itself; undefined where that is no question */
  readonly fencing: string | undefined;
  readonly warnings: readonly string[];
  /** the evidence, a line each */
  readonly seen: readonly string[];
  /** undefined: nobody holds it */
  readonly lock: FoundLock | NotLooked | undefined;
  /** undefined: none has changed the host */
  readonly last_run: LastRun | NotLooked | undefined;
  readonly next: Next;
}

/** A standing, and how the last run ended there as far as this controller remembers it. */
export type StandingRow = Standing & { readonly outcome: Pick<HostResult, 'status' | 'message'> | undefined };

export interface StandingOptions {
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly secrets: Secrets;
  readonly now: () => number;
  /** the runner's own commands for this host; `lastRun` is the last run's id, if there was one */
  readonly own: (lastRun: string | undefined) => OwnCommands;
}

/** Rejects with a ConnectionError. Whatever else keeps it from looking is told in the standing. */
export async function lookAtStanding(connection: Connection, options: StandingOptions): Promise<Standing> {
  const { directory } = options;
  const warnings: string[] = [];
  const seen: string[] = [];
  const lock = await tried(() => readLock(connection, directory), 'whether another run is at work', warnings);
  const lastRun = await tried(() => readLastRun(connection, directory), 'what runs have done here', warnings);
  const base = { host: connection.host, directory, seen, lock, last_run: lastRun, warnings };
  const own = options.own(lastRun === 'unknown' ? undefined : lastRun?.run);
  try {
    const target = targetOf(connection, options, await gatherFacts(connection, options.now));
    const evidence = await lookAtServer({ project_dir: directory }, target, (line) => seen.push(line));
    const found = evidence === undefined ? { state: 'none' as const, means: STATES.none.means } : await judge(evidence, target);
    const state = STATES[found.state];
    if (evidence) warnings.push(...warningsOf(evidence, state));
    return {
      ...base,
      state: found.state,
      name: state.name,
      means: found.means,
      runs: evidence ? runsText(evidence) : 'nothing',
      old: evidence ? await oldOf(state, evidence, { connection, directory }) : state.old,
      new: state.new,
      fencing: evidence && state.fenced ? fencingOf(evidence) : undefined,
      next: nextOf({ state, evidence, lock, advice: '' }, own),
    };
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    return { ...base, ...notLooked('unknown', error, { lock, own }) };
  }
}

/** The standing of a host that no connection could be had to, or whose connection was lost. */
export function unreachable(host: string, directory: string, error: ConnectionError, own: OwnCommands): Standing {
  const base = { host, directory, seen: [], lock: 'unknown', last_run: 'unknown', warnings: [] } as const;
  return { ...base, ...notLooked('unreachable', error, { lock: 'unknown', own }) };
}

function notLooked(name: 'unknown' | 'unreachable', error: unknown, { lock, own }: { lock: Standing['lock']; own: OwnCommands }) {
  const state = STATES[name];
  const advice = (error instanceof TaskError ? error.detail.next : error instanceof ConnectionError ? error.next : '') ?? '';
  return {
    state: name,
    name: state.name,
    means: messageOf(error),
    runs: 'not known',
    old: state.old,
    new: state.new,
    fencing: undefined,
    next: nextOf({ state, evidence: undefined, lock, advice }, own),
  };
}

/** Throws a TaskError where the evidence fits no state. */
async function judge(evidence: ServerEvidence, target: Target): Promise<{ readonly state: StateName; readonly means: string }> {
  const state = stateOf(evidence, target.host);
  if (state !== 'up') return { state, means: STATES[state].means };
  const writes = await lookForWrites(evidence, target);
  if (writes.length === 0) return { state, means: `${STATES.up.means}; no document more or fewer than were proven` };
  if (typeof writes === 'string')
    return { state, means: `${STATES.up.means}; whether it has taken writes could not be looked at: ${writes}` };
  const more = writes.length > MOST_TOLD ? `; and ${writes.length - MOST_TOLD} more` : '';
  return { state: 'written', means: `${STATES.written.means}: ${writes.slice(0, MOST_TOLD).join('; ')}${more}` };
}

/** So many indices that differ are told. */
const MOST_TOLD = 3;

function stateOf({ present, serves, runs, migration }: ServerEvidence, host: string): StateName {
  const whole = migration?.record.state !== 'filling';
  if (present && serves === 'new' && whole) return runs.server === 'none' ? 'down' : 'up';
  if (migration === undefined) return present ? 'untouched' : 'stopped';
  if (migration.renamed !== '') return 'renamed';
  if (migration.source === 'absent') {
    const { source } = migration.record;
    throw new TaskError(`${host}: ${source} is not there, and neither is a renamed one of run ${migration.record.run}`, {
      next: `see whether its disk is mounted, and put the Elasticsearch data back as ${source}`,
    });
  }
  if (!migration.filled) return present ? 'untouched' : 'stopped'; // the copy was set aside
  if (present && runs.server === 'old') return 'untouched'; // a server that runs again has gone on from the copy
  return whole ? 'proven' : 'filling';
}

/** What differs from what was proven, or why that could not be looked at. */
async function lookForWrites({ migration, elastic }: ServerEvidence, target: Target): Promise<readonly string[] | string> {
  if (migration === undefined || migration.record.state === 'filling') return 'no record tells what was copied for it';
  if (elastic === '') return 'its Elasticsearch does not run';
  try {
    return await findWrites(elastic, migration.record.migrated, target);
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    return messageOf(error);
  }
}

function runsText({ runs }: ServerEvidence): string {
  if (runs.server === 'none') return 'nothing';
  return `the ${runs.server} server${runs.missing.length === 0 ? '' : `, without ${runs.missing.join(', ')}`}`;
}

/** Where only copies lead back, where they are. */
async function oldOf(
  { old }: State,
  { migration }: ServerEvidence,
  { connection, directory }: { connection: Connection; directory: string },
): Promise<State['old']> {
  if (old.usable !== 'no' || migration === undefined) return old;
  const receipt = await tried(() => readReceipt(connection, directory, migration.record.run), '', []);
  const archives = receipt === 'unknown' ? [] : receipt.flatMap(archiveOf);
  const copies = archives.length === 0 ? 'the backups of that run' : archives.join(', ');
  return { ...old, says: `${old.says}; as it was it is in ${copies}${migration.renamed === '' ? '' : ` and ${migration.renamed}`}` };
}

function archiveOf(event: RunEvent): string[] {
  if (event.kind !== 'task_ended' || event.result.module !== 'archive') return [];
  const { dest } = event.result.outputs;
  return typeof dest === 'string' && dest !== '' ? [dest] : [];
}

function fencingOf(evidence: ServerEvidence): string {
  if (evidence.runs.server !== 'none') return 'a server runs';
  return evidence.present || returning(evidence).length > 0
    ? 'a server could come back: see the warnings'
    : 'neither server comes back by itself: the compose file is parked, and no container would be restarted';
}

/** Containers that Docker starts again by itself. */
const returning = ({ containers }: ServerEvidence) => containers.filter(({ restart }) => restart !== '' && restart !== 'no');

function warningsOf(evidence: ServerEvidence, { fenced, next }: State): string[] {
  const { present, runs, main, migration, remains, moved, serves, unset } = evidence;
  const warnings: string[] = [];
  if (fenced && present && serves === 'new') {
    warnings.push(`${main} is the new server's, and the copy it would serve is not whole: do not start it`);
  } else if (fenced && present) {
    const empty = migration?.renamed ? ', which would be without its Elasticsearch data' : '';
    warnings.push(`${main} is in place, beside an upgrade that is not done: whoever calls compose up starts the old server${empty}`);
  }
  if (fenced) {
    for (const { name, state, restart } of returning(evidence))
      warnings.push(`container ${name} (${state}) has the restart policy ${restart}: Docker may start it again`);
  }
  if (fenced && runs.server !== 'none' && migration?.renamed)
    warnings.push(`the old server runs without its Elasticsearch data: they are in ${migration.renamed}`);
  if (migration?.renamed && migration.source === 'data' && serves === 'old')
    warnings.push(`${migration.record.source} was made anew since the rename, and holds data: it is kept, under another name`);
  if (migration?.renamed && !migration.filled) warnings.push(`the copy is not there: ${migration.target} is missing`);
  if (migration?.filled && next === 'upgrade') {
    const unfinished = migration.record.state === 'filling';
    warnings.push(
      `${migration.target} is ${unfinished ? 'an unfinished copy, which the next run sets aside' : 'an earlier copy: what the old server has written since is not in it'}`,
    );
  }
  if (remains.length > 0) warnings.push(`${remains.join(', ')} run: the private servers of a migration`);
  if (unset !== '') warnings.push(unset);
  if (moved.length > 0 && next === 'upgrade')
    warnings.push(`newer images were pulled as ${moved.map(({ name }) => name).join(', ')}: compose up would start them on the old data`);
  return warnings;
}

function targetOf(connection: Connection, { directory, signal, secrets }: StandingOptions, facts: Target['facts']): Target {
  return {
    host: connection.host,
    connection,
    facts,
    signal,
    secrets,
    run: { id: '', stamp: '', check: true, directory: `${directory}/.switchyard` },
    progress: () => {},
  };
}

/** A look whose failure leaves the others worth having: it becomes a warning. */
async function tried<T>(look: () => Promise<T>, what: string, warnings: string[]): Promise<T | NotLooked> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    warnings.push(`${what} could not be looked at: ${messageOf(error)}`);
    return 'unknown';
  }
}
