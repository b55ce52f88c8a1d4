// What to type next on a host, by its state and by what is there. Only what can be done today: there is no command yet that goes on in the
// middle of an upgrade or takes one back, so the way on leads over the old server, and over the playbook from its start.
import { shellWord } from '../connections/shell.ts';
import type { ServerEvidence } from '../modules/server_standing.ts';
import { wayBack } from '../modules/server_way_back.ts';
import { type FoundLock, SILENCE } from './lock.ts';
import type { State } from './states.ts';

/** A command, as words that a shell takes as they are. */
export interface NextCommand {
  /** `controller`: where status was typed */
  readonly on: 'host' | 'controller';
  readonly words: readonly string[];
}

export interface Next {
  readonly says: string;
  /** each only after the one before has gone well */
  readonly commands: readonly NextCommand[];
}

/** The command lines of this runner for one host, with the options that status was given. */
export interface OwnCommands {
  readonly plan: readonly string[];
  readonly run: readonly string[];
  readonly status: readonly string[];
  /** status with a place to fill in where the server is */
  readonly where: readonly string[];
  readonly unlock: (run: string) => readonly string[];
}

interface Situation {
  readonly state: State;
  /** undefined: no server was found, or it could not be looked at */
  readonly evidence: ServerEvidence | undefined;
  /** a lock that could not be looked at is the warnings' to tell, and the run's own to meet */
  readonly lock: FoundLock | 'unknown' | undefined;
  /** what the failed look advises */
  readonly advice: string;
}

export function nextOf({ state, evidence, lock, advice }: Situation, own: OwnCommands): Next {
  const next = withoutLock(state, evidence, { own, advice });
  if (lock === undefined || lock === 'unknown') return next;
  if (lock.holder && lock.age <= SILENCE) {
    return { says: `run ${lock.holder.run} is at work here: wait for it, then look again`, commands: [here(own.status)] };
  }
  if (!lock.holder) return { ...next, says: `look at .switchyard/lock, which no run of ours wrote, and remove it; then ${next.says}` };
  return {
    says: `if run ${lock.holder.run} is dead (no sign of life for ${lock.age} s), take its lock away first; then ${next.says}`,
    commands: [here(own.unlock(lock.holder.run)), ...next.commands],
  };
}

function withoutLock({ next }: State, evidence: ServerEvidence | undefined, { own, advice }: { own: OwnCommands; advice: string }): Next {
  if (next === 'look') return { says: advice === '' ? 'mend that, then look again' : advice, commands: [here(own.status)] };
  if (evidence === undefined) return { says: 'say where the server is installed', commands: [here(own.where)] };
  if (next === 'upgrade' || next === 'back') return upgrade(next, wayBack(evidence), own);
  const start = there([
    ['cd', evidence.directory],
    [...evidence.compose, 'up', '-d'],
  ]);
  if (next === 'start') return { says: 'start the new server, then look again', commands: [...start, here(own.status)] };
  const { missing } = evidence.runs;
  if (missing.length > 0)
    return { says: `start what does not run (${missing.join(', ')}), then look again`, commands: [...start, here(own.status)] };
  return { says: 'nothing to type: keep the old data and the backups until you are content with the new server', commands: [] };
}

function upgrade(next: 'upgrade' | 'back', back: readonly string[][], own: OwnCommands): Next {
  const commands = [...there(back), here(next === 'upgrade' ? own.plan : own.run)];
  if (next === 'upgrade') {
    return {
      says: back.length === 0 ? 'see what an upgrade would do' : 'put the old server right, then see what an upgrade would do',
      commands,
    };
  }
  const first = back.length === 0 ? '' : 'start the old server again, then ';
  return { says: `${first}run the playbook from its start (an upgrade cannot be gone on with from its middle yet)`, commands };
}

const here = (words: readonly string[]): NextCommand => ({ on: 'controller', words: words.map(shellWord) });
const there = (commands: readonly (readonly string[])[]): NextCommand[] =>
  commands.map((words) => ({ on: 'host', words: words.map(shellWord) }));
