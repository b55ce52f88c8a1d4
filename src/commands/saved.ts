// A saved plan made ready to be run: refused, before any host is asked, where it does not hold any more; else exactly as it was made.
import { resolve } from 'node:path';
import { Refusal, UsageError } from '../base/errors.ts';
import { shellWord } from '../connections/shell.ts';
import { readPlanText, type SavedPlan } from '../plans/file.ts';
import { changedFiles, Reads } from '../plans/reads.ts';
import { answersAgain, givenAgain } from './given_again.ts';
import type { Going, RunOptions } from './go.ts';
import { missingFile, readerOf } from './inventories.ts';
import { type Prepared, readPlan } from './load.ts';
import { changedInputs } from './saved_inputs.ts';
import type { World } from './world.ts';

export interface SavedRunOptions extends RunOptions {
  /** ms; a saved plan that is older is refused */
  readonly maxAge?: number;
}

/** A plan of many hosts is larger than any file that somebody writes. */
const LARGEST = 512 * 2 ** 20;

/** The text of what is to be planned or run. */
export function readRunnable(file: string, world: World): string {
  const read = (path: string) => world.readFile(path, LARGEST);
  const text = readerOf({ ...world, readFile: read })(file);
  if (text === undefined) throw missingFile(file, world);
  return text;
}

/** Rejects with a Refusal that says all that has changed, and with a UsageError for options that the plan has decided. */
export async function prepareSaved(
  { file, text }: { readonly file: string; readonly text: string },
  options: SavedRunOptions,
  world: World,
): Promise<Going & { readonly options: RunOptions }> {
  const saved = readPlanText(text, file);
  refuseOptions(file, options);
  const again = planAgain(saved, file);
  const refuse = (changes: readonly string[]) => refuseChanges(file, changes, again);
  refuse([...versionChange(saved, world), ...tooOld(saved, options.maxAge, world), ...changedFiles(saved.files, filesNow(saved, world))]);
  const given = await givenAgain(saved.options, options, world);
  const reads = new Reads(world.cwd, world.readFile);
  const replayed: RunOptions = {
    ...options,
    ...{ inventory: saved.options.inventory, limit: saved.options.limit ?? undefined },
    ...{ tags: saved.options.tags, skipTags: saved.options.skip_tags, startAtTask: saved.options.start_at_task ?? undefined },
    extraVars: given.extraVars,
    ...{ user: saved.options.user ?? undefined, become: saved.options.become },
    yes: true, // whoever runs it has read it
    privateKey: options.privateKey ?? saved.options.private_key ?? undefined,
    answer: answersAgain(saved.options, given.answers, { input: options.input, world }),
  };
  let prepared: Prepared;
  try {
    prepared = await readPlan(saved.options.playbook, replayed, { ...world, readFile: reads.read });
  } catch (error) {
    refuse(changedFiles(saved.files, [...saved.files, ...reads.files])); // a file that is new may be what is wrong
    throw error;
  }
  refuse([...changedFiles(saved.files, reads.files), ...changedHosts(saved, prepared), ...changedInputs(saved, prepared)]);
  const expected = new Map(saved.hosts.map((host) => [host.host, host]));
  return { ...prepared, held: { plan: saved.made.id, expected, again }, options: replayed };
}

function refuseOptions(file: string, options: SavedRunOptions): void {
  const given = [
    ...(options.inventory.length > 0 ? ['-i'] : []),
    ...(options.limit !== undefined ? ['-l'] : []),
    ...(options.tags.length > 0 ? ['-t'] : []),
    ...(options.skipTags.length > 0 ? ['--skip-tags'] : []),
    ...(options.startAtTask !== undefined ? ['--start-at-task'] : []),
    ...(options.step === true ? ['--step'] : []),
    ...(options.user !== undefined ? ['-u'] : []),
    ...(options.become === true ? ['-b'] : []),
  ];
  if (given.length > 0) throw new UsageError(`${given.join(', ')}: ${file} has decided that; for anything else make another plan`);
}

function refuseChanges(file: string, changes: readonly string[], again: string): void {
  if (changes.length === 0) return;
  const list = changes.map((change) => `\n  differs: ${change}`).join('');
  throw new Refusal(`${file} does not hold any more; no host was changed${list}`, { next: `make a new plan: ${again}` });
}

function versionChange({ made }: SavedPlan, { version }: World): readonly string[] {
  return made.runner === version ? [] : [`the plan was made by the runner ${made.runner}, this is ${version}`];
}

function tooOld({ made }: SavedPlan, maxAge: number | undefined, { now }: World): readonly string[] {
  const age = now() - Date.parse(made.at);
  if (maxAge === undefined || age <= maxAge) return [];
  return [`the plan was made ${Math.floor(age / 1000)} s ago; --max-age allows ${maxAge / 1000} s`];
}

/** Those of the plan's files that are there. */
function filesNow({ files }: SavedPlan, world: World) {
  const reads = new Reads(world.cwd, world.readFile);
  const read = readerOf({ ...world, readFile: reads.read });
  for (const { path } of files) read(resolve(world.cwd, path));
  return reads.files;
}

function changedHosts({ batches }: SavedPlan, { plan }: Prepared): readonly string[] {
  const text = (list: readonly (readonly string[])[]) => list.map((batch) => batch.join(', ')).join(' | ');
  const now = plan.batches.map((batch) => batch.map(({ name }) => name));
  return text(batches) === text(now) ? [] : [`hosts: then ${text(batches)}, now ${text(now)}`];
}

/** The command that makes such a plan. A sensitive value is left to be filled in. */
function planAgain({ options, made: _made }: SavedPlan, file: string): string {
  const one = (option: string, value: string | null) => (value === null ? [] : [option, value]);
  const words = [
    ...['switchyard', 'plan', options.playbook],
    ...options.inventory.flatMap((name) => ['-i', name]),
    ...one('-l', options.limit),
    ...options.tags.flatMap((tag) => ['-t', tag]),
    ...options.skip_tags.flatMap((tag) => ['--skip-tags', tag]),
    ...one('--start-at-task', options.start_at_task),
    ...options.extra_vars.flatMap((given) => ['-e', /^@|=/.test(given) ? given : `${given}=VALUE`]),
    ...one('-u', options.user),
    ...one('--private-key', options.private_key),
    ...(options.become ? ['-b'] : []),
    ...['-o', file],
  ];
  return words.map(shellWord).join(' ');
}
