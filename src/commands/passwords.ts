// Passwords that are asked for at the terminal (-k, -K): once, before the first connection, for every host that the inventory gives none.
import { UsageError } from '../base/errors.ts';
import type { LoginOptions } from './load.ts';
import type { World } from './world.ts';

/** The options with what was typed. Rejects with a UsageError where nobody can be asked, and when the input ends. */
export async function withPasswords<Options extends LoginOptions>(options: Options, world: World): Promise<Options> {
  const password = options.askPass === true ? await askPassword('-k', 'SSH password: ', options, world) : undefined;
  if (options.askBecomePass !== true) return { ...options, password };
  const question = password === undefined ? 'sudo password: ' : 'sudo password (Enter for the SSH password): ';
  const becomePassword = (await askPassword('-K', question, options, world)) ?? password;
  return { ...options, password, becomePassword };
}

/** undefined: only Enter was typed. */
async function askPassword(option: string, question: string, { input }: LoginOptions, world: World): Promise<string | undefined> {
  if (!input) throw new UsageError(`${option} asks for a password, and --no-input forbids every question`);
  if (!world.ask) throw new UsageError(`${option} asks for a password, and nobody sits at a terminal`);
  const typed = await world.ask(question, { hidden: true });
  if (typed === undefined) throw new UsageError(`the input ended before the password for ${option} was typed`);
  return typed === '' ? undefined : world.secrets.mark(typed);
}
