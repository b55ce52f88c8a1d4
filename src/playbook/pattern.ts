// Host patterns (`a:b:!c:&d`, `web*`, `~web\d`, `group[0]`), as Ansible writes them.
import { compilePattern, findMatch, PatternError } from '../expressions/regex.ts';

/** What a pattern is held against. */
export interface Choice {
  readonly hosts: readonly string[];
  readonly groups: readonly string[];
  readonly hostsOf: (group: string) => readonly string[];
}

/** `hosts` in the order of the inventory; `unknown` are the words of the pattern that mean none. */
export interface Matched {
  readonly hosts: readonly string[];
  readonly unknown: readonly string[];
}

/** Words without a sign add hosts, then those with & keep only theirs, then those with ! take theirs away, in whatever order they are written. */
export function matchHosts(pattern: string, choice: Choice): Matched {
  const names = { hosts: new Set(choice.hosts), groups: new Set(choice.groups) };
  const unknown: string[] = [];
  const of = (word: string): ReadonlySet<string> => {
    const found = wordHosts(word, choice, names);
    if (found === undefined) unknown.push(word);
    return new Set(found);
  };
  const words = wordsOf(pattern, names);
  const plain = words.filter((word) => !/^[!&]/.test(word)).map(of);
  const also = words.filter((word) => word.startsWith('&')).map((word) => of(word.slice(1)));
  const not = words.filter((word) => word.startsWith('!')).map((word) => of(word.slice(1)));
  const isUnwritten = !names.hosts.has('localhost') && plain.some((set) => set.has('localhost'));
  const hosts = [...choice.hosts, ...(isUnwritten ? ['localhost'] : [])].filter(
    (host) =>
      (plain.length === 0 || plain.some((set) => set.has(host))) && also.every((set) => set.has(host)) && !not.some((set) => set.has(host)),
  );
  return { hosts, unknown };
}

interface Names {
  readonly hosts: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** A colon parts words as a comma does, but not within brackets nor within what is a host's name as a whole (`fe80::1`). */
function wordsOf(pattern: string, { hosts }: Names): readonly string[] {
  return pattern
    .split(/,(?![^[]*\])/)
    .map((part) => part.trim())
    .flatMap((part) => (hosts.has(part.replace(/^[!&]/, '')) ? [part] : part.split(/:(?![^[]*\])/)))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** undefined: the word means nothing. An empty group, and an index past a group's end, are told apart: the first is known. */
function wordHosts(word: string, choice: Choice, names: Names): readonly string[] | undefined {
  if (names.hosts.has(word)) return [word];
  if (word === 'all') return choice.hosts;
  if (names.groups.has(word)) return choice.hostsOf(word);
  const subscript = /^(?!~)(.+)\[(?:(-?\d+)|(\d+):(\d*))\]$/.exec(word);
  const found = namedHosts(subscript?.[1] ?? word, choice, names);
  if (subscript === null || found === undefined) return found ?? (word === 'localhost' ? [word] : undefined);
  const [, , index, from = '', to = ''] = subscript;
  const chosen = index === undefined ? found.slice(Number(from), to === '' ? undefined : Number(to) + 1) : [found.at(Number(index))];
  const hosts = chosen.filter((host) => host !== undefined);
  return hosts.length > 0 ? hosts : undefined;
}

function namedHosts(word: string, { hosts, groups, hostsOf }: Choice, names: Names): readonly string[] | undefined {
  if (word === 'all') return hosts;
  if (names.groups.has(word)) return hostsOf(word);
  if (names.hosts.has(word)) return [word];
  const fits = matcherOf(word);
  if (fits === undefined) return undefined;
  const inGroups = groups.filter(fits);
  const found = new Set([...inGroups.flatMap(hostsOf), ...hosts.filter(fits)]);
  return found.size > 0 || inGroups.length > 0 || word === '*' ? [...found] : undefined;
}

/** `~` begins a regular expression that a name has to begin with; `*`, `?`, `[abc]` and `[!abc]` are a shell's wildcards. */
function matcherOf(word: string): ((name: string) => boolean) | undefined {
  const source = word.startsWith('~') ? word.slice(1) : /[*?[]/.test(word) ? `${wildcard(word)}$` : undefined;
  if (source === undefined) return undefined;
  try {
    const expression = compilePattern(`^(?:${source})`);
    return (name) => findMatch(expression, name) !== undefined;
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}

const wildcard = (word: string): string =>
  word.replace(/\[(!?)([^\]]+)\]|[*?]|[.+^${}()|[\]\\]/g, (found, not: string | undefined, set: string | undefined) => {
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^]/g, '\\$&')}]`;
    return found === '*' ? '.*' : found === '?' ? '.' : `\\${found}`;
  });
