// A step with a loop: which items there are, and how its tries for each of them come together as one task.
import { TaskError } from '../base/errors.ts';
import type { Scope } from '../expressions/scope.ts';
import { ITEM, usesName } from '../playbook/names.ts';
import type { Step } from '../playbook/playbook.ts';
import { render } from '../playbook/render.ts';
import type { Ending } from './attempt.ts';
import type { TaskStatus } from './events.ts';

/** One item that a step is tried for. */
export interface Turn {
  readonly item: unknown;
  /** as it is shown */
  readonly label: string;
  /** from 1 on */
  readonly number: number;
  readonly total: number;
}

/** How the tries for an item ended. */
export interface TurnEnd {
  readonly turn: Turn;
  readonly ending: Ending;
}

/** Items by name where they have one; else as they are, cut off where that is long. */
const LONGEST_LABEL = 60;
/** Of more items the summary tells their number alone. */
const TOLD = 3;

/** The items of a step's loop. Throws a TaskError for what is no list, and what its expressions throw. */
export function turnsOf(step: Step, scope: Scope, where: string): readonly Turn[] {
  const items = render(step.loop, scope);
  if (!Array.isArray(items)) throw new TaskError(`${where}: loop: must be a list, not ${labelOf(items)}`);
  return items.map((item, index) => ({ item, label: labelOf(item), number: index + 1, total: items.length }));
}

/** What is to be true whatever the item is: asked once, before there is any. */
export const conditionsBefore = ({ when }: Step) => when.filter(({ root }) => !usesName(root, ITEM));

function labelOf(item: unknown): string {
  if (typeof item === 'string') return item;
  const name = typeof item === 'object' && item !== null && 'name' in item ? item.name : undefined;
  if (typeof name === 'string') return name;
  const text = JSON.stringify(item);
  return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL)}…` : text;
}

/** The worst that a plan has to say of any item comes first: what would surely change is told even where another item is open. */
const ORDER: readonly TaskStatus[] = ['changed', 'at_run_time', 'cannot_tell', 'ok', 'skipped'];

/** The task's ending by those of its items. Items that were skipped have no results. */
export function endingOf(ends: readonly TurnEnd[]): Ending {
  if (ends.length === 0) return { status: 'skipped', summary: 'the loop has no items', outputs: { results: [] }, items: [] };
  const status = ORDER.find((one) => ends.some(({ ending }) => ending.status === one))!;
  const told = ends.filter(({ ending }) => ending.status === status);
  const open = status === 'changed' ? ends.filter(({ ending }) => isOpen(ending)).length : 0;
  const done = ends.filter(({ ending }) => ending.status !== 'skipped');
  const isKnown = done.every(({ ending }) => ending.outputs !== undefined);
  return {
    status,
    summary: `${summaryOf(told, ends.length)}${open > 0 ? `; ${open} more decided at run time` : ''}`,
    ...(isKnown && { outputs: { results: done.map(({ turn, ending }) => ({ ...ending.outputs, item: turn.item })) } }),
    before: textOf(told, 'before'),
    after: textOf(told, 'after'),
    ...(ends.some(({ ending }) => ending.end) && { end: true as const }),
    items: ends.map(({ turn, ending }) => ({ item: turn.label, status: ending.status, summary: ending.summary })),
  };
}

const isOpen = ({ status }: Ending) => status === 'at_run_time' || status === 'cannot_tell';

function summaryOf(told: readonly TurnEnd[], total: number): string {
  const some = told.slice(0, TOLD).map(({ turn, ending }) => (ending.summary === '' ? turn.label : `${turn.label}: ${ending.summary}`));
  const more = told.length > TOLD ? ` and ${told.length - TOLD} more` : '';
  const count = told.length === total ? '' : `${told.length} of ${total} items: `;
  return `${count}${some.join('; ')}${more}`;
}

/** What was before, or after, of all items: each below its name. */
function textOf(told: readonly TurnEnd[], side: 'before' | 'after'): string | undefined {
  const texts = told.flatMap(({ turn, ending }) => (ending[side] === undefined ? [] : [`${turn.label}:\n${ending[side].trimEnd()}`]));
  return texts.length === 0 ? undefined : texts.join('\n');
}
