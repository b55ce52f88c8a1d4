// switchyard validate: every fault of the files, before any host is asked for anything.
import type { Problem } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { isError } from '../base/rules.ts';
import { resolvePlan } from '../playbook/plan.ts';
import { formatProblems, problemsToJson } from '../report/problems.ts';
import { type InventoryOptions, readInventory, readPlaybook } from './load.ts';
import type { World } from './world.ts';

export interface ValidateOptions extends InventoryOptions {
  readonly output: 'text' | 'json';
  readonly strict?: boolean;
}

/** 0, or 3 where a file has errors (with --strict: or warnings). */
export async function validate(files: readonly string[], options: ValidateOptions, world: World): Promise<number> {
  const problems: Problem[] = [];
  const sources = new Map<string, string>();
  const inventory = options.inventory.length === 0 ? undefined : readInventory(options, world);
  for (const file of files) {
    const { playbook, problems: found, source } = readPlaybook(file, world);
    problems.push(...found);
    sources.set(file, source);
    if (playbook && inventory) resolvePlan(playbook, inventory, { limit: options.limit, tags: [], skipTags: [], extraVars: {} });
  }
  const bad = problems.filter((problem) => isError(problem) || options.strict === true).length;
  if (options.output === 'json') world.stdout(problemsToJson(problems));
  else if (problems.length > 0) world.stdout(formatProblems(problems, sources, world.screen.color));
  else {
    const groups = inventory === undefined ? '; groups and hosts were not checked: no inventory was given (-i)' : '';
    world.stdout(`${files.join(', ')}: valid${groups}\n`);
  }
  return bad > 0 ? EXIT.invalid : EXIT.ok;
}
