// What a problem is known by from one run to the next: not its line, which moves with everything above it.
import { createHash } from 'node:crypto';
import type { Problem } from '../../base/errors.ts';
import { linesOf, type Verdict } from './verdict.ts';

/** A name for each of the problems, in their order: of rule, file, and the text in the line. Alike ones in alike lines are counted through. */
export function fingerprintsOf(problems: readonly Problem[], { sources, nameInCheckout }: Verdict): readonly string[] {
  const lines = new Map([...sources].map(([file, text]) => [file, linesOf(text)]));
  const seen = new Map<string, number>();
  return problems.map(({ rule, position: { file, line, column } }) => {
    const text = lines.get(file)?.[line - 1] ?? '';
    const indent = text.length - text.trimStart().length;
    const key = JSON.stringify([rule, nameInCheckout(file), text.trim(), column - 1 - indent]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return createHash('sha256').update(`${key}${count}`).digest('hex').slice(0, 32);
  });
}
