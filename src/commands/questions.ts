// Inputs that nobody gave are asked for: once a run, before any host is reached.
import { UsageError } from '../base/errors.ts';
import { readAnswer } from '../playbook/given.ts';
import type { Question } from '../playbook/plan.ts';
import type { Ask, World } from './world.ts';

/** How many hosts are named where there may be many. */
const NAMED = 3;

/**
 * The values by input; one that was left to its default is not in it. Sensitive ones are marked. Rejects when the user interrupts, and with
 * a UsageError when the input ends: nothing is begun that was not answered for.
 */
export async function askFor(
  questions: readonly Question[],
  ask: Ask,
  world: Pick<World, 'secrets' | 'stderr'>,
): Promise<ReadonlyMap<string, unknown>> {
  const answers = new Map<string, unknown>();
  for (const question of questions) {
    const { name, input } = question;
    for (;;) {
      const line = await ask(textOf(question), { hidden: input.sensitive });
      if (line === undefined) {
        throw new UsageError(`the input ended before ${name} was answered; press Enter for the default, or give it with -e ${name}=…`);
      }
      const text = input.sensitive ? world.secrets.mark(line) : line.trim();
      if (text === '' && input.default !== undefined) break;
      const read = text === '' ? { fault: 'is needed' } : readAnswer(input, text);
      if ('value' in read) {
        answers.set(name, read.value);
        break;
      }
      world.stderr(`${name} ${read.fault}\n`);
    }
  }
  return answers;
}

function textOf({ input, hosts }: Question): string {
  const notes = [`for ${hostsText(hosts)}`];
  if (input.default === '') notes.push('Enter for none');
  else if (input.default !== undefined) notes.push(`Enter for ${input.sensitive ? 'the default' : input.default}`);
  return `${input.prompt} (${notes.join('; ')}): `;
}

/** "a, b, c and 4 more" */
export function hostsText(hosts: readonly string[]): string {
  const more = hosts.length > NAMED ? ` and ${hosts.length - NAMED} more` : '';
  return `${hosts.slice(0, NAMED).join(', ')}${more}`;
}
