// The line that a problem stands in, with carets below its place. The one door to string-width: a caret stands below wide characters as a terminal shows them.
import { createRequire } from 'node:module';
import type { Position } from '../../base/errors.ts';
import type { Paint, Tone } from '../color.ts';

/** Longer source lines are cut to this around the place. */
const LONGEST = 120;

/** Two lines: the source and the carets. `written` is the one that `position` begins in, without its break. */
export function frameOf(
  { line: number, column, endLine, endColumn }: Position,
  written: string,
  look: { paint: Paint; tone: Tone },
): readonly string[] {
  const source = withoutSecret(written);
  const [from, to] = windowOf(source, column - 1);
  const start = Math.min(column - 1, to);
  const end = Math.max(start, Math.min(endLine > number ? source.length : endColumn - 1, to));
  const margin = `  ${number} | `;
  const below = shown(source.slice(from, start)).replace(/[^\t]+/g, (text) => ' '.repeat(widthOf(text))); // tabs stay: the caret fits at any width of theirs
  const carets = '^'.repeat(Math.max(1, widthOf(shown(source.slice(start, end)).replaceAll('\t', ' '))));
  const { paint, tone } = look;
  return [
    `${paint('quiet', margin)}${shown(source.slice(from, to))}`,
    `${paint('quiet', `${' '.repeat(margin.length - 2)}| `)}${below}${' '.repeat(Math.max(0, column - 1 - to))}${paint(tone, carets)}`,
  ];
}

/** In columns of a terminal. */
const widthOf = (text: string): number => (/^[ -~]*$/.test(text) ? text.length : library()(text));

/** Loaded for the first line that is more than ASCII: its tables of characters take as long as all the rest of `validate`. */
const library = () => (createRequire(import.meta.url)('string-width') as typeof import('string-width')).default;

/** Stars for what a key names a secret, as long as it is no template. */
function withoutSecret(line: string): string {
  const [, key = '', value = ''] = /^(.*(?:pass|password|passphrase|secret|token)["']?\s*:\s+)(?![{[|>&*]|.*\{\{)(\S.*)$/i.exec(line) ?? [];
  return value === '' ? line : key + '*'.repeat(value.length);
}

/** The part of a long line that has the place in its middle, with no character cut in two. */
function windowOf(line: string, at: number): readonly [from: number, to: number] {
  if (line.length <= LONGEST) return [0, line.length];
  const from = Math.max(0, Math.min(at - LONGEST / 2, line.length - LONGEST));
  const whole = (offset: number) =>
    /[\uDC00-\uDFFF]/.test(line.charAt(offset)) && /[\uD800-\uDBFF]/.test(line.charAt(offset - 1)) ? offset - 1 : offset;
  return [whole(from), whole(from + LONGEST)];
}

/** What a terminal would obey, or not show, as a sign that it is there. */
function shown(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be shown
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '\u{fffd}');
}
