// Regular expressions of playbooks: RE2's, whose time grows with the text and never explodes. The one door to re2js.
import { RE2JS, type RE2JSSyntaxException } from 're2js';
import { TaskError } from '../base/errors.ts';

/** How a pattern is read: as Ansible's arguments of the same names. */
export interface PatternOptions {
  readonly ignorecase?: boolean;
  readonly multiline?: boolean;
}

/** What is wrong with a pattern; `start` and `end` are offsets in its text. */
export class PatternError extends TaskError {
  override readonly name = 'PatternError';
  readonly start: number;
  readonly end: number;
  readonly hint: string | undefined;
  constructor(message: string, at: { readonly start: number; readonly end: number }, hint?: string) {
    super(message);
    this.start = at.start;
    this.end = at.end;
    this.hint = hint;
  }
}

/** The time of a search grows with the text and with the size of the program: both have their bounds. */
const LONGEST_TEXT = 100_000;
const LONGEST_PATTERN = 1_000;
const LARGEST_PROGRAM = 2_000;

/** A pattern to search with. */
type Pattern = Pick<RE2JS, 'exec' | 'matchAll'>;

const MOST_KEPT = 100;
const kept = new Map<string, Pattern>();

/** Throws a PatternError for what is no pattern, or one that RE2 does not have. */
export function compilePattern(source: string, { ignorecase = false, multiline = false }: PatternOptions = {}): Pattern {
  const key = `${ignorecase ? 'i' : ''}${multiline ? 'm' : ''}/${source}`;
  const found = kept.get(key);
  if (found) return found;
  const whole = { start: 0, end: source.length };
  if (source.length > LONGEST_PATTERN) throw new PatternError(`a pattern of more than ${LONGEST_PATTERN} characters is too long`, whole);
  try {
    const pattern = (!ignorecase && !multiline && simplePattern(source)) || re2Pattern(source, { ignorecase, multiline });
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, pattern);
    return pattern;
  } catch (error) {
    throw error instanceof PatternError ? error : faultOf(source, error);
  }
}

function re2Pattern(source: string, { ignorecase, multiline }: PatternOptions): Pattern {
  const pattern = RE2JS.compile(source, (ignorecase ? RE2JS.CASE_INSENSITIVE : 0) | (multiline ? RE2JS.MULTILINE : 0));
  if (pattern.programSize() <= LARGEST_PROGRAM) return pattern;
  throw new PatternError('the pattern repeats too much', { start: 0, end: source.length }, 'write smaller counts in { }');
}

const CHARACTER = String.raw`(?:[A-Za-z0-9_]|\\[.-]|\[(?:\w-\w|[\w.])+-?\](?:\{\d{1,2}\})?)`;
const SIMPLE = new RegExp(String.raw`^\^${CHARACTER}*(?:${CHARACTER}[+*])?${CHARACTER}*\$?$`);

/** What inputs mostly ask for, as ^[0-9]+[mg]$: JavaScript reads it as RE2 does, in linear time too, and RE2 takes its time to begin with. */
function simplePattern(source: string): Pattern | undefined {
  if (!SIMPLE.test(source)) return undefined;
  try {
    const [first, all] = [new RegExp(source), new RegExp(source, 'g')];
    return { exec: (text: string) => first.exec(text), matchAll: (text: string) => text.matchAll(all) } as Pattern;
  } catch {
    return undefined; // a range that runs backwards: RE2 says so in its words
  }
}

/** The first match with its groups; undefined: there is none. */
export function findMatch(pattern: Pattern, text: string): RegExpExecArray | undefined {
  return (pattern.exec(searched(text)) as RegExpExecArray | null) ?? undefined;
}

/** All matches, from left to right. */
export function findMatches(pattern: Pattern, text: string): readonly RegExpMatchArray[] {
  return [...pattern.matchAll(searched(text))];
}

/** The text with `by` in place of its matches, or of the first `count` of them; \1, \g<1> and \g<name> in it stand for groups. */
export function replaceMatches(
  pattern: Pattern,
  text: string,
  { by, count = 0 }: { readonly by: string; readonly count?: number },
): string {
  const matches = findMatches(pattern, text).slice(0, count > 0 ? count : undefined);
  const parts: string[] = [];
  let at = 0;
  for (const match of matches) {
    parts.push(text.slice(at, match.index), expanded(by, match));
    at = match.index! + match[0].length;
  }
  return parts.join('') + text.slice(at);
}

/** The group of that number or name. Empty where it took no part in the match. */
export function groupOf(match: RegExpMatchArray, group: string | number): string {
  const number = Number(group);
  if (number < match.length) return match[number] ?? '';
  if (Number.isNaN(number) && match.groups && Object.hasOwn(match.groups, group)) return match.groups[group] ?? '';
  throw new TaskError(`the pattern has no group ${group}`);
}

function expanded(by: string, match: RegExpMatchArray): string {
  return by.replaceAll(/\\(?:(\d{1,2})|g<(\w+)>|([\s\S]?))/g, (_all, number?: string, named?: string, other?: string) => {
    if (other === undefined) return groupOf(match, number ?? named!);
    const meant: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };
    return meant[other] ?? `\\${other}`;
  });
}

function searched(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  throw new TaskError(`a text of ${text.length} characters is too long to be searched; ${LONGEST_TEXT} is the most`);
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'RE2 does not look ahead or behind: match what stands around it too, and take a group'],
  [/^\\[1-9]|^\(\?P=/, 'RE2 has no references to groups within a pattern'],
  [/^\\Z/, 'write \\z for the end of the text'],
  [/^\(\?>|[*+?}]\+$/, 'RE2 never goes back: leave the possessive mark out'],
];

function faultOf(source: string, error: unknown): PatternError {
  const { getDescription, getPattern } = error as Partial<RE2JSSyntaxException>;
  if (!getDescription) throw error;
  const what = getDescription.call(error);
  const part = getPattern?.call(error) ?? '';
  const start = source.indexOf(part);
  const isOnce = part !== '' && start >= 0 && source.indexOf(part, start + 1) < 0;
  const at = isOnce ? { start, end: start + part.length } : { start: 0, end: source.length };
  const hint = HINTS.find(([form]) => form.test(part))?.[1];
  return new PatternError(
    `${shortened(JSON.stringify(source))} is not a pattern: ${what}${part === '' ? '' : `: ${shortened(part)}`}`,
    at,
    hint,
  );
}

const shortened = (part: string) => (part.length > 40 ? `${part.slice(0, 39)}…` : part);
