// The variables a compose file leaves open, and how a value is written into a .env file that compose v1 and v2 read alike.
import { Refusal, TaskError } from '../base/errors.ts';

/** A `${NAME:-fallback}` of a compose file; the first fallback of a name counts, '' where there is none. */
export type OpenVariables = ReadonlyMap<string, string>;

const REFERENCE = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?[-+?]((?:[^{}]|\{[^{}]*\})*))?\})/g;

/** The variables named in any string of a parsed compose file. `$$` is a plain dollar sign. */
export function openVariables(document: unknown): OpenVariables {
  const found = new Map<string, string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      for (const [whole, bare, braced, rest = ''] of value.matchAll(REFERENCE)) {
        const name = bare ?? braced;
        if (name === undefined) continue;
        const fallback = /^\$\{\w+:?-/.test(whole) ? rest : '';
        if (!found.get(name)) found.set(name, fallback);
        visit(rest);
      }
    } else if (value !== null && typeof value === 'object') Object.values(value).forEach(visit);
  };
  visit(document);
  return found;
}

/** The names that a .env file sets, each with what stands behind its sign; of several lines the last one counts. */
export function linesSet(dotenv: string): ReadonlyMap<string, string> {
  const lines = dotenv.split('\n').map((line) => /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=([\s\S]*)$/.exec(line));
  return new Map(lines.filter((line) => line !== null).map(([, name, text]) => [name!, text!.trim()]));
}

/** What compose v1 before 1.26 does not know: quotes. It takes everything behind the sign as it stands. */
const quotesKnown = (compose: string) => {
  const [major = 2, minor = 0] = compose.replace(/^v/, '').split('.').map(Number);
  return major > 1 || minor >= 26;
};

/**
 * One line of a .env file. Seen with 1.29.2 and 2.40.3: single quotes keep `$`, `#` and blanks; a `${` is expanded by v1 whatever
 * the quotes, and backslashes before a quote or another backslash are read differently. Throws a Refusal for what has no form for all.
 */
export function dotenvLine(name: string, value: string, compose: string): string {
  const form = formOf(value, compose);
  if ('text' in form) return `${name}=${form.text}`;
  throw new Refusal(`the value of ${name} cannot be written to .env: it holds ${form.fault}, which compose would read as something else`, {
    next: `set ${name} in .env or in the compose file by hand`,
  });
}

const PLAIN = /^[\w./:@%+,=>~-]*$/;

function formOf(value: string, compose: string): { readonly text: string } | { readonly fault: string } {
  if (/[\r\n]/.test(value)) return { fault: 'a line break' };
  if (PLAIN.test(value)) return { text: value };
  if (value.includes('${')) return { fault: '"${"' };
  if (!quotesKnown(compose)) return value === value.trim() ? { text: value } : { fault: 'a blank at its end' };
  if (!/'|\\\\|\\$/.test(value)) return { text: `'${value}'` };
  if (!/^["'\s]|\$|\s#|\s$/.test(value)) return { text: value };
  if (!value.includes('\\')) return { text: `'${value.replaceAll("'", "\\'")}'` };
  return { fault: 'a backslash beside quotes or dollar signs' };
}

/** Whether a .env sets the name to just this value. A spelling that is not sure to be read as it counts as another value. */
export function isSetAlike(text: string, value: string, compose: string): boolean {
  const form = formOf(value, compose);
  if ('text' in form && text === form.text) return true;
  return PLAIN.test(value) && quotesKnown(compose) && (text === `'${value}'` || text === `"${value}"`);
}

/** Names whose values are never to be seen. */
export const SECRET_NAME = /PASS|SECRET|KEY|TOKEN/i;

/** Names every image or shell sets by itself: not the user's choice, so nothing to carry over. */
const AMBIENT = new Set(['PATH', 'HOME', 'PWD', 'USER', 'HOSTNAME', 'SHELL', 'LANG']);

/** What the old containers knew of a variable: its value in each container that had it. */
export type OldValues = ReadonlyMap<string, readonly string[]>;

/**
 * What is to be carried over: open in the new file, not yet in .env, set in the old containers, and not just the fallback of the old or the
 * new file. Throws a TaskError where the old containers had different values.
 */
export function carriedOver(
  open: OpenVariables,
  old: OldValues,
  settled: { dotenv: string; fallbacks: OpenVariables },
): Map<string, string> {
  const set = linesSet(settled.dotenv);
  const carried = new Map<string, string>();
  for (const [name, fallback] of open) {
    if (AMBIENT.has(name) || set.has(name)) continue;
    const values = new Set(old.get(name)?.filter((value) => value !== '' && value !== fallback && value !== settled.fallbacks.get(name)));
    if (values.size > 1) {
      throw new TaskError(`the old containers had ${values.size} different values of ${name}, so none can be carried over`, {
        next: `set ${name} in .env by hand`,
      });
    }
    for (const value of values) carried.set(name, value);
  }
  return carried;
}
