// From file names on the command line to a Plan, or to every problem of the files at once.
import { asText, isMap } from '../base/data.ts';
import { UsageError, ValidationError } from '../base/errors.ts';
import { isError, RULES } from '../base/rules.ts';
import { isSecretName, placedReference, secretReference } from '../base/secret_reference.ts';
import { parseYaml } from '../base/yaml.ts';
import type { Vars } from '../playbook/inventory.ts';
import type { ExtraVars } from '../playbook/levels.ts';
import { type Loaded, loadPlaybook } from '../playbook/load.ts';
import { findQuestions, type Plan, type Question, resolvePlan } from '../playbook/plan.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { readModuleSchemas } from '../playbook/schema.ts';
import {
  besidePlaybook,
  countWarnings,
  type InventoryOptions,
  limitOf,
  lookAtInventory,
  missingFile,
  readerOf,
  readInventory,
} from './inventories.ts';
import { askFor } from './questions.ts';
import type { World } from './world.ts';

/** How to log in where the inventory does not say. */
export interface LoginOptions extends InventoryOptions {
  readonly user?: string;
  readonly privateKey?: string;
  /** -k and -K: the passwords are asked for, see commands/passwords.ts */
  readonly askPass?: boolean;
  readonly askBecomePass?: boolean;
  readonly password?: string;
  readonly becomePassword?: string;
  /** false: nobody is asked anything */
  readonly input: boolean;
}

export interface PlanningOptions extends LoginOptions {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask?: string;
  readonly extraVars: readonly string[];
  /** answers in place of whoever sits at the terminal, by input */
  readonly answer?: (questions: readonly Question[]) => Promise<ReadonlyMap<string, unknown>>;
}

/** Reads a playbook and what it includes; `text` is that of the playbook where it comes from elsewhere. */
export function readPlaybook(file: string, world: World, text?: string): Loaded {
  const read = readerOf(world);
  const source = text ?? read(file);
  if (source === undefined) throw missingFile(file, world);
  const loaded = loadPlaybook(source, file, { modules: readModuleSchemas(), version: world.version, read });
  for (const secret of loaded.secrets) world.secrets.mark(secret);
  return loaded;
}

/** A plan, and what was answered at the terminal to make it. */
export interface Prepared {
  readonly file: string;
  readonly plan: Plan;
  /** by input; one that was left to its default is not in it */
  readonly answers: ReadonlyMap<string, unknown>;
}

/** Playbook and inventory as a Plan; asks for what is missing. Rejects with a ValidationError or UsageError with everything that is wrong. */
export async function readPlan(file: string, options: PlanningOptions, world: World): Promise<Prepared> {
  const playbook = requirePlaybook(file, options, world);
  const list = (values: readonly string[]) => values.flatMap((value) => value.split(',')).filter((value) => value !== '');
  const inventory = besidePlaybook(await readInventory(options, world), file, world);
  const planning = {
    limit: limitOf(options, world),
    tags: list(options.tags),
    skipTags: list(options.skipTags),
    startAt: options.startAtTask,
    extraVars: extraVarsOf(options.extraVars, world),
  };
  const { ask } = world;
  const answer = options.answer ?? (options.input && ask ? (questions: readonly Question[]) => askFor(questions, ask, world) : undefined);
  const questions = answer ? withTexts(() => findQuestions(playbook, inventory, planning), world) : [];
  const answers = answer ? await answer(questions) : new Map<string, unknown>();
  const plan = withTexts(() => resolvePlan(playbook, inventory, { ...planning, answers }), world);
  markWritten(plan, world);
  const { withSecrets } = await import('./secrets.ts'); // what reads secrets reaches out, which validating never does
  return { file, plan: await withSecrets(plan, world), answers };
}

/** Throws a ValidationError with the faults of the playbook, and with those of the inventory as far as no program prints it. */
function requirePlaybook(file: string, options: InventoryOptions, world: World): Playbook {
  const { playbook, problems, sources } = readPlaybook(file, world);
  if (!playbook) {
    const found = lookAtInventory(options, world);
    throw new ValidationError([...found.problems, ...problems], new Map([...found.sources, ...sources]));
  }
  countWarnings(problems, 'switchyard validate', world);
  return playbook;
}

/** Faults that are found without the texts of their files at hand are told with them all the same. */
function withTexts<Result>(act: () => Result, world: World): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const read = readerOf(world);
    const files = new Set(error.problems.map(({ position }) => position.file));
    throw new ValidationError(
      error.problems,
      new Map(
        [...files].flatMap((file) => {
          const text = read(file);
          return text === undefined ? [] : [[file, text]];
        }),
      ),
    );
  }
}

/** Secrets that are written where a reference could be. */
function markWritten({ playbook, batches }: Plan, { secrets }: World): void {
  const mark = (value: unknown) => secretReference(value) ?? secrets.mark(asText(value));
  const sensitive = [...playbook.inputs].filter(([, input]) => input.sensitive).map(([name]) => name);
  for (const { vars, inputs } of batches.flat()) {
    for (const name of sensitive) mark(inputs[name]);
    for (const name of Object.keys(vars).filter(isSecretName)) mark(vars[name]);
  }
}

/** `-e name=value`, `-e @file.yml`; later ones win. */
export function extraVarsOf(given: readonly string[], world: World): Vars {
  return Object.fromEntries(given.flatMap((one) => Object.entries(extraVarsIn(one, world).vars)));
}

/** One -e, with the places of its variables where it is a file. */
export function extraVarsIn(one: string, world: World): ExtraVars {
  if (one.startsWith('@')) return varsFile(one.slice(1), world);
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(one) ?? [];
  if (name === undefined) throw new UsageError(`-e ${one}: write name=value, or @file`);
  return { vars: { [name]: value }, positionOf: () => undefined };
}

function varsFile(file: string, world: World): ExtraVars {
  const source = readerOf(world)(file);
  if (source === undefined) throw new UsageError(`-e @${file}: there is no such file`);
  const document = parseYaml(source, file);
  const problems = [...document.problems, ...document.remarks()].filter(isError);
  // the file may hold secrets: neither its lines nor the words of a fault are shown
  if (problems.length > 0)
    throw new ValidationError(problems.map(({ rule, position, path }) => ({ rule, position, path, message: RULES[rule].title })));
  if (!isMap(document.value)) throw new UsageError(`-e @${file}: the file must be a map of names and values`);
  const vars = Object.entries(document.value).map(([name, value]) => [name, placedReference(value, () => file)] as const);
  return { vars: Object.fromEntries(vars), positionOf: (name) => document.positionOf([name], 'key') };
}
