// switchyard plan: looks at the hosts and says what a run would change. With -o the plan is saved, to be run as it is.
import { resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { isPlanText } from '../plans/file.ts';
import { Reads } from '../plans/reads.ts';
import { hasPending } from '../run/exit.ts';
import { go, type RunOptions } from './go.ts';
import { readPlan } from './load.ts';
import { readRunnable } from './saved.ts';
import { optionsToSave, savedText } from './saving.ts';
import type { World } from './world.ts';

export interface PlanOptions extends RunOptions {
  readonly detailedExitcode?: boolean;
  /** the file that the plan is saved in */
  readonly out?: string;
}

/** 10 with --detailed-exitcode where every host would come through and a run would change something. */
export async function plan(file: string, options: PlanOptions, world: World): Promise<number> {
  if (isPlanText(readRunnable(file, world))) {
    throw new UsageError(`${file} is a saved plan: switchyard run ${file} --check looks at its hosts again`);
  }
  const { out } = options;
  if (out !== undefined) world.requirePlace(resolve(world.cwd, out));
  const reads = new Reads(world.cwd, world.readFile);
  const prepared = await readPlan(file, options, { ...world, readFile: reads.read });
  const saved = out === undefined ? undefined : optionsToSave(prepared, options, world);
  const gone = await go(prepared, { ...options, check: true }, world);
  if (out !== undefined && saved && gone.exit === EXIT.ok)
    save(out, savedText({ prepared, gone, files: reads.files }, saved, world), world);
  else if (out !== undefined) world.stderr(`${out} was not written: not every host came through\n`);
  return gone.exit === EXIT.ok && options.detailedExitcode === true && hasPending(gone.hosts) ? EXIT.pending : gone.exit;
}

function save(out: string, text: string, world: World): void {
  world.saveFile(resolve(world.cwd, out), text, 0o600);
  world.stderr(`the plan is saved; to carry out exactly this: switchyard run ${out}\n`);
}
