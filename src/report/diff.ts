// What was before and what is after, as lines a person compares (`--diff`).
import { diff } from 'node:util';

/** unchanged lines shown around a change */
const CONTEXT = 2;
/** of one side; more is told of by its number of lines, as comparing grows with the square of it */
const MOST_LINES = 5_000;

/** "- old", "+ new", "  as before"; "…" where lines are left out. Empty where nothing differs or neither is known. */
export function diffLines(before: string | undefined, after: string | undefined): string[] {
  if (before === after) return [];
  const [old, now] = [linesOf(before), linesOf(after)];
  if (Math.max(old.length, now.length) > MOST_LINES) return [`${old.length} lines before, ${now.length} after: too many to compare`];
  const changes = diff(old, now);
  const isNear = (index: number) => changes.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(([operation]) => operation !== 0);
  return changes.flatMap(([operation, text], index) => {
    if (isNear(index)) return [`${operation === 0 ? ' ' : operation > 0 ? '-' : '+'} ${text}`];
    return index === 0 || isNear(index - 1) ? ['…'] : [];
  });
}

function linesOf(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
