// switchyard validate: every fault of the files, before any host is asked for anything.
import { type Problem, UsageError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { isError } from '../base/rules.ts';
import { resolvePlan } from '../playbook/plan.ts';
import { formatProblems, problemsToJson } from '../report/problems.ts';
import { type InventoryOptions, limitOf, lookAtInventory } from './inventories.ts';
import { readPlaybook } from './load.ts';
import type { World } from './world.ts';

export interface ValidateOptions extends InventoryOptions {
  readonly output: 'text' | 'json';
  readonly strict?: boolean;
}

/** Playbooks, an inventory, or playbooks with the inventory they are for. 0, or 3 where a file has errors (with --strict: or warnings). */
export async function validate(files: readonly string[], options: ValidateOptions, world: World): Promise<number> {
  if (files.length === 0 && options.inventory.length === 0) throw new UsageError('give a playbook, or an inventory with -i');
  const { inventory, problems: found, sources, unread } = lookAtInventory(options, world);
  const problems: Problem[] = [...found];
  const hasHosts = options.inventory.length > 0 && unread.length === 0;
  for (const file of files) {
    const { playbook, problems: own, sources: read } = readPlaybook(file, world);
    problems.push(...own);
    for (const [name, text] of read) sources.set(name, text);
    if (playbook && hasHosts && !found.some(isError))
      resolvePlan(playbook, inventory, { limit: limitOf(options, world), tags: [], skipTags: [], extraVars: {} });
  }
  const bad = problems.filter((problem) => isError(problem) || options.strict === true).length;
  if (options.output === 'json') world.stdout(problemsToJson(problems));
  else if (problems.length > 0) world.stdout(formatProblems(problems, sources, world.screen.color));
  else {
    const groups = hasHosts ? '' : `; groups and hosts were not checked: ${whyNot(unread)}`;
    world.stdout(`${[...options.inventory, ...files].join(', ')}: valid${groups}\n`);
  }
  return bad > 0 ? EXIT.invalid : EXIT.ok;
}

const whyNot = (unread: readonly string[]): string =>
  unread.length === 0 ? 'no inventory was given (-i)' : `${unread.join(', ')} is a program, and validating runs none`;
