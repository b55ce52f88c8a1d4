// How a step is tried: for each item of its loop, and again after a failure, as often as it says.
import { Refusal, TaskError, withoutHost } from '../base/errors.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { ITEM } from '../playbook/names.ts';
import { attempt, type Ending, openBy, type Trial, tellProgress, unmetOf } from './attempt.ts';
import { conditionsBefore, endingOf, type Turn, type TurnEnd, turnsOf } from './loop.ts';
import type { HostState } from './task.ts';

/** How far a task has come. */
export interface Tries {
  count: number;
  /** the item that the step is tried for, where it has a loop */
  turn?: Turn;
}

/** A loop stops at the first item for which the step fails, or which ends the host. */
export async function tryEach(trial: Trial, tries: Tries, state: HostState): Promise<Ending> {
  const { step, scope } = trial;
  const where = `${state.host}: ${step.name}`;
  let turns: readonly Turn[];
  try {
    const unmet = unmetOf(conditionsBefore(step), scope, where);
    if (unmet !== undefined) return unmet;
    turns = turnsOf(step, scope, where);
  } catch (error) {
    return openBy(error, trial, state);
  }
  const ends: TurnEnd[] = [];
  for (const turn of turns) {
    tries.turn = turn;
    tellProgress(step, { text: turn.label, done: turn.number - 1, total: turn.total }, state);
    const ending = await tryUntil({ ...trial, turn, scope: { ...scope, [ITEM]: turn.item } }, tries, state);
    ends.push({ turn, ending });
    if (ending.end) break;
  }
  return endingOf(ends);
}

/** Tries again as often as the step says. Rejects with the last error. */
export async function tryUntil(trial: Trial, tries: Tries, state: HostState): Promise<Ending> {
  const { step, turn } = trial;
  for (let number = 1; ; number++) {
    try {
      tries.count++;
      const ending = await attempt(trial, state);
      if (ending.status === 'ok' || ending.status === 'changed') checkUntil(trial, ending, state);
      return ending;
    } catch (error) {
      const again = number <= step.retries && !state.signal.aborted && !state.run.check;
      if (!again || !(error instanceof TaskError) || error instanceof Refusal) throw error;
      const { host } = state;
      const { stage, name, retries } = step;
      const message = inTurn(error.message, host, turn);
      state.emit({ kind: 'task_retried', host, stage, step: name, attempt: number, retries, message });
      await state.wait(step.delay * 1000, state.signal).catch(() => {}); // an interrupted wait ends in the next attempt, which sees the signal
    }
  }
}

/** A change that a plan does not make has no outputs to be judged by. */
function checkUntil({ step, scope }: Trial, { outputs }: Ending, state: HostState): void {
  if (step.until === undefined || outputs === undefined) return;
  const seen = step.register === undefined ? scope : { ...scope, [step.register]: outputs };
  if (evaluate(step.until, seen) !== true) throw new TaskError(`${state.host}: ${step.name}: not yet: ${step.until.source}`);
}

/** A failure names the item that it is of, behind the host. */
export function inTurn(message: string, host: string, turn: Turn | undefined): string {
  return turn === undefined ? message : `${host}: item ${turn.label}: ${withoutHost(message, host)}`;
}
