// The sensitive values of a saved plan: it does not hold them, so they are given again with -e, or asked for again.
import { UsageError } from '../base/errors.ts';
import type { SavedOptions } from '../plans/file.ts';
import { readAnswer } from '../playbook/given.ts';
import type { Question } from '../playbook/plan.ts';
import type { RunOptions } from './go.ts';
import { askFor } from './questions.ts';
import type { World } from './world.ts';

/** What was given again. */
export interface Given {
  /** as those of the plan, complete */
  readonly extraVars: readonly string[];
  /** texts for inputs that were answered at the terminal when the plan was made */
  readonly answers: ReadonlyMap<string, string>;
}

/** Asks for what was given with -e then and is not given now. Rejects with a UsageError where nobody can be asked, or for any other -e. */
export async function givenAgain(saved: SavedOptions, options: RunOptions, world: World): Promise<Given> {
  const wanted = saved.extra_vars.filter(isName);
  const values = new Map<string, string>();
  for (const one of options.extraVars) {
    const [, name = '', value = ''] = /^([^=@]*)=([\s\S]*)$/.exec(one) ?? [];
    const known = [...wanted, ...saved.asked_again];
    if (!known.includes(name)) {
      const which = known.length === 0 ? 'it has no sensitive ones' : `only sensitive ones are given again: ${known.join(', ')}`;
      throw new UsageError(`-e ${one.startsWith('@') ? one : name}: the plan has its inputs; ${which}`);
    }
    values.set(name, world.secrets.mark(value));
  }
  for (const name of new Set(wanted)) {
    if (values.has(name)) continue;
    const value = options.input ? await world.ask?.(`${name}, as it was given when the plan was made: `, { hidden: true }) : undefined;
    if (value === undefined) throw missing(name);
    values.set(name, world.secrets.mark(value));
  }
  return { extraVars: saved.extra_vars.map((one) => (isName(one) ? `${one}=${values.get(one)}` : one)), answers: values };
}

/** Answers as they were; sensitive ones from what is given now, or from whoever sits at the terminal. */
export function answersAgain(
  saved: SavedOptions,
  given: ReadonlyMap<string, string>,
  { input, world }: { readonly input: boolean; readonly world: World },
): (questions: readonly Question[]) => Promise<ReadonlyMap<string, unknown>> {
  return async (questions) => {
    const answers = new Map(Object.entries(saved.answers));
    const open = questions.filter(({ name }) => saved.asked_again.includes(name));
    for (const question of open.filter(({ name }) => given.has(name))) {
      const read = readAnswer(question.input, given.get(question.name)!);
      if ('fault' in read) throw new UsageError(`-e ${question.name} ${read.fault}`);
      answers.set(question.name, read.value);
    }
    const left = open.filter(({ name }) => !given.has(name));
    if (left.length > 0 && (!input || !world.ask)) throw missing(left[0]!.name);
    if (left.length > 0) for (const [name, value] of await askFor(left, world.ask!, world)) answers.set(name, value);
    return answers;
  };
}

/** Of extra_vars: a sensitive one, without its value. */
const isName = (one: string) => !/^@|=/.test(one);

const missing = (name: string) => new UsageError(`${name} is sensitive, so the plan does not hold it; give it again with -e ${name}=…`);
