// Stages that begin only when somebody has said yes: asked once, for all hosts of the batch that have come there.
import { TaskError } from '../base/errors.ts';
import type { Stage } from '../playbook/playbook.ts';
import type { Emitted } from './events.ts';
import type { Interrupt } from './walk.ts';

/** What somebody has to say yes to. */
export interface Approval {
  readonly stage: string;
  readonly hosts: readonly string[];
  /** as the playbook asks; undefined: the stage is a point of no return and says no more */
  readonly question: string | undefined;
  readonly pointOfNoReturn: boolean;
}

/** Resolves to whether it was approved. Rejects where the signal is aborted before there is an answer. */
export type Approve = (approval: Approval, signal: AbortSignal) => Promise<boolean>;

export const asksFirst = ({ confirm, pointOfNoReturn }: Stage): boolean => confirm !== undefined || pointOfNoReturn;

interface Asking {
  readonly check: boolean;
  /** undefined: everything was approved beforehand */
  readonly approve: Approve | undefined;
  /** a saved plan is carried out: whoever runs it has approved it */
  readonly isSaved: boolean;
  readonly interrupt: Interrupt;
  readonly emit: (event: Emitted) => unknown;
}

/** Whether these hosts may begin the stage. Nobody is asked in a plan, nor after an interrupt. */
export async function isApproved(stage: Stage, hosts: readonly string[], asking: Asking): Promise<boolean> {
  const { check, approve, interrupt, emit } = asking;
  if (check || !asksFirst(stage) || interrupt.name() !== undefined) return true;
  const { name, confirm: question, pointOfNoReturn } = stage;
  const about = { stage: name, hosts };
  if (approve === undefined) {
    emit({ kind: 'approval_ended', ...about, approved: true, by: asking.isSaved ? 'plan' : '--yes' });
    return true;
  }
  emit({ kind: 'approval_asked', ...about, question, point_of_no_return: pointOfNoReturn });
  const giveUp = new AbortController();
  interrupt.listen(() => giveUp.abort(new TaskError('interrupted')));
  let approved = false;
  try {
    approved = await approve({ ...about, question, pointOfNoReturn }, giveUp.signal);
  } catch (error) {
    if (interrupt.name() === undefined) throw error;
  }
  emit({ kind: 'approval_ended', ...about, approved, by: 'terminal' });
  return approved;
}
