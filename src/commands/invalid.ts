// Files that keep a command from being carried out: told as validate tells them.
import type { ValidationError } from '../base/errors.ts';
import { formatProblems } from '../report/validation/text.ts';
import type { World } from './world.ts';

/** Every problem with its place and line, with a line break at its end. */
export function problemsText({ problems, sources }: ValidationError, { screen }: Pick<World, 'screen'>): string {
  return formatProblems({ problems, sources, strict: false }, screen.color);
}
