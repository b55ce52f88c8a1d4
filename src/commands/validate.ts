// switchyard validate: every fault of the files, before any host is asked for anything.
import { resolve } from 'node:path';
import { type Problem, UsageError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { isError } from '../base/rules.ts';
import { hostProblems, judgeInventory } from '../playbook/plan.ts';
import { FORMATS, type FormatName } from '../report/validation/formats.ts';
import { isValid, type Verdict } from '../report/validation/verdict.ts';
import { checkoutNames, expandFiles, STDIN } from './files.ts';
import { type InventoryOptions, limitOf, lookAtInventory, lookBeside } from './inventories.ts';
import { extraVarsOf, readPlaybook } from './load.ts';
import type { World } from './world.ts';

export interface ValidateOptions extends InventoryOptions {
  readonly extraVars: readonly string[];
  readonly output: FormatName;
  /** `format=file` */
  readonly report: readonly string[];
  readonly strict?: boolean;
  /** what the text of stdin is told as, and what its includes are relative to */
  readonly stdinFilename?: string;
}

/** Playbooks, an inventory, or playbooks with the inventory they are for. 0, or 3 where a file has errors (with --strict: or warnings). */
export async function validate(given: readonly string[], options: ValidateOptions, world: World): Promise<number> {
  const reports = options.report.map(reportOf);
  const files = expandFiles(given, world);
  if (files.length === 0 && options.inventory.length === 0) throw new UsageError('give a playbook, or an inventory with -i');
  const verdict = judge(files, options, world);
  const show = await FORMATS[options.output]();
  world.stdout(show(verdict, world.screen.color));
  for (const { format, file } of reports) {
    const write = await FORMATS[format]();
    world.saveReport(resolve(world.cwd, file), world.secrets.mask(write(verdict)));
  }
  return isValid(verdict) ? EXIT.ok : EXIT.invalid;
}

function reportOf(given: string): { readonly format: FormatName; readonly file: string } {
  const [, format = '', file = ''] = /^([^=]*)=(.+)$/.exec(given) ?? [];
  if (Object.hasOwn(FORMATS, format)) return { format: format as FormatName, file };
  throw new UsageError(`--report ${given}: write format=file, with a format of ${Object.keys(FORMATS).join(', ')}`);
}

function judge(files: readonly string[], options: ValidateOptions, world: World): Verdict {
  const { inventory, problems: found, sources, unread } = lookAtInventory(options, world);
  const extraVars = extraVarsOf(options.extraVars, world);
  const problems: Problem[] = [...found];
  const unchecked: string[] = [];
  const hasHosts = options.inventory.length > 0 && unread.length === 0;
  if (!hasHosts) unchecked.push(`groups and hosts were not checked: ${whyNot(unread)}`);
  for (const file of files) {
    const { playbook, aim, problems: own, sources: read } = readNamed(file, options, world);
    problems.push(...own);
    for (const [name, text] of read) sources.set(name, text);
    if (!aim || !hasHosts || found.some(isError)) continue;
    const unknown = hostProblems(aim, inventory);
    problems.push(...unknown);
    if (!playbook) continue;
    const beside = lookBeside(inventory, file, world);
    problems.push(...beside.problems);
    for (const [name, text] of beside.sources) sources.set(name, text);
    const given = { limit: limitOf(options, world), tags: [], skipTags: [], extraVars };
    if (unknown.length > 0 || beside.problems.some(isError)) continue;
    const { problems: unfit, open } = judgeInventory(playbook, beside.inventory, given);
    problems.push(...unfit);
    if (open.length > 0) unchecked.push(`inputs of ${file} that are still to be given were not checked: ${open.join(', ')}`);
  }
  return {
    sources,
    problems: distinct(problems),
    strict: options.strict === true,
    version: world.version,
    unchecked: unchecked.length > 0 ? unchecked.join('; ') : undefined,
    nameInCheckout: checkoutNames(world),
  };
}

/** What two playbooks include is told once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

const whyNot = (unread: readonly string[]): string =>
  unread.length === 0 ? 'no inventory was given (-i)' : `${unread.join(', ')} is a program, and validating runs none`;

function readNamed(file: string, { stdinFilename = 'stdin' }: ValidateOptions, world: World): ReturnType<typeof readPlaybook> {
  return file === STDIN ? readPlaybook(stdinFilename, world, world.readStdin()) : readPlaybook(file, world);
}
