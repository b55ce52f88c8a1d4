// switchyard run: carries out a playbook, or a saved plan.
import { isPlanText } from '../plans/file.ts';
import { go } from './go.ts';
import { readPlan } from './load.ts';
import { prepareSaved, readRunnable, type SavedRunOptions } from './saved.ts';
import type { World } from './world.ts';

export async function run(file: string, options: SavedRunOptions, world: World): Promise<number> {
  const text = readRunnable(file, world);
  const going = isPlanText(text)
    ? await prepareSaved({ file, text }, options, world)
    : { ...(await readPlan(file, options, world)), options };
  return (await go(going, going.options, world)).exit;
}
