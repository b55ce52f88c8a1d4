// --step: whoever sits at the terminal is asked before each change, and what is not wanted is left out.
import { UsageError } from '../base/errors.ts';
import type { RunContext } from '../run/host.ts';
import type { RunOptions } from './go.ts';
import type { World } from './world.ts';

/** undefined without --step. Throws a UsageError where nobody can be asked. One question at a time, whoever asks. */
export function permitOf({ step, check, input, output }: RunOptions, world: World): RunContext['permit'] {
  const { ask, interrupt } = world;
  if (step !== true) return undefined;
  if (check === true) throw new UsageError('--step asks before each change, and --check makes none');
  if (output === 'tree') throw new UsageError('--step asks between the lines: give --output lines or json, not tree');
  if (!input || !ask)
    throw new UsageError(
      `--step asks before each change, and ${input ? 'nobody sits at a terminal' : '--no-input forbids every question'}`,
    );
  const stop = new AbortController();
  interrupt.listen(() => stop.abort());
  let settled: boolean | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const question = async (text: string): Promise<boolean> => {
    if (settled !== undefined) return settled;
    const typed = stop.signal.aborted ? undefined : await ask(text, { hidden: false, signal: stop.signal }).catch(() => undefined);
    if (typed === undefined) settled = false; // interrupted, or the input ended: nobody says yes any more
    if (/^c(ontinue)?$/i.test(typed?.trim() ?? '')) settled = true;
    return settled ?? /^y(es)?$/i.test(typed?.trim() ?? '');
  };
  return (host, { id }, summary) => {
    const answer = last.then(() => question(`${host}  ${id}: ${summary}? (y)es, (N)o, (c)ontinue: `));
    last = answer;
    return answer;
  };
}
