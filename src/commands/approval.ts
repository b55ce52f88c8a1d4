// Stages that begin only when somebody has said yes: who says it in this run.
import { Unapproved } from '../base/errors.ts';
import type { Plan } from '../playbook/plan.ts';
import { type Approval, type Approve, asksFirst } from '../run/approval.ts';
import { hostsText } from './questions.ts';
import type { Ask, World } from './world.ts';

export interface ApprovalOptions {
  /** false: nobody is asked anything */
  readonly input: boolean;
  readonly yes?: boolean;
  readonly check?: boolean;
}

/** undefined: nobody is to be asked. Throws an Unapproved, before anything is begun, where somebody would have to be and nobody can. */
export function approverOf(
  { stages }: Plan,
  { input, yes, check }: ApprovalOptions,
  world: Pick<World, 'ask' | 'stderr'>,
): Approve | undefined {
  const asking = stages.filter(asksFirst);
  if (yes === true || check === true || asking.length === 0) return undefined;
  const ask = input ? world.ask : undefined;
  if (ask) return (approval, signal) => approve(approval, { ask, signal, world });
  const names = asking.map(({ name }) => `"${name}"`).join(', ');
  throw new Unapproved(`somebody has to say yes before ${names}, and nobody can be asked here; nothing was begun`, {
    next: 'type it at a terminal, or say yes beforehand with --yes',
  });
}

interface Asking {
  readonly ask: Ask;
  readonly signal: AbortSignal;
  readonly world: Pick<World, 'stderr'>;
}

/** Enter and the end of the input are a no. */
async function approve(approval: Approval, { ask, signal, world }: Asking): Promise<boolean> {
  for (;;) {
    const answer = (await ask(questionText(approval), { hidden: false, signal }))?.trim();
    if (answer === undefined || /^(no?)?$/i.test(answer)) return false;
    if (/^y(es)?$/i.test(answer)) return true;
    world.stderr('answer yes or no\n');
  }
}

function questionText({ stage, hosts, question, pointOfNoReturn }: Approval): string {
  const parts = [
    question,
    pointOfNoReturn ? 'From here on there is no way back.' : undefined,
    question === undefined ? 'Go on?' : undefined,
  ];
  return `${stage}: ${parts.filter((part) => part !== undefined).join(' ')} (for ${hostsText(hosts)}; yes or no) `;
}
