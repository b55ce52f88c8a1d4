// Filters and tests by regular expressions. Arguments named `regex` or `pattern` are patterns: those written as texts are judged with the playbook.
import type { Arguments } from './functions.ts';
import { compilePattern, findMatch, findMatches, groupOf, replaceMatches } from './regex.ts';
import { isTrue, text, wholeNumber } from './values.ts';

/** Parameters that take a pattern. */
export const PATTERNS: ReadonlySet<string> = new Set(['regex', 'pattern']);

export const PATTERN_FILTERS = {
  regex_search: {
    takes: 'regex, *groups, ignorecase=false, multiline=false',
    says: 'What the pattern matches first, or a list of its groups named like `\\1` or `\\g<name>`; none where it matches nothing.',
    example: "'trains:0.15.1-352' | regex_search('[0-9.]+')",
    apply: (value: unknown, args: Arguments) => search(text(value), args),
  },
  regex_findall: {
    takes: 'regex, ignorecase=false, multiline=false',
    says: 'All that the pattern matches: the matches, or their group, or a list of their groups.',
    example: "'a1 b22' | regex_findall('[0-9]+')",
    apply: (value: unknown, args: Arguments) => findMatches(patternOf(args, 'regex'), text(value)).map(groupsOf),
  },
  regex_replace: {
    takes: 'pattern, replacement, ignorecase=false, multiline=false, count=0',
    says: 'The text with each match replaced, or the first ones only; `\\1` and `\\g<name>` in the replacement are groups.',
    example: "'trains:0.15.1' | regex_replace(':(.*)', '@\\1')",
    apply: (value: unknown, args: Arguments) =>
      replaceMatches(patternOf(args, 'pattern'), text(value), { by: text(args.replacement), count: wholeNumber(args.count) }),
  },
  regex_escape: {
    says: 'A pattern that matches this text.',
    example: "'a.b' | regex_escape",
    apply: (value: unknown) => text(value).replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'),
  },
} as const;

export const PATTERN_TESTS = {
  match: {
    takes: 'pattern, ignorecase=false, multiline=false',
    says: 'The pattern matches from its beginning on.',
    example: "'trains-apiserver' is match('trains-')",
    apply: (value: unknown, args: Arguments) => findMatch(patternOf(args, 'pattern'), text(value))?.index === 0,
  },
  search: {
    takes: 'pattern, ignorecase=false, multiline=false',
    says: 'The pattern matches somewhere in it.',
    example: "'trains-apiserver' is search('api')",
    also: ['regex'],
    apply: (value: unknown, args: Arguments) => findMatch(patternOf(args, 'pattern'), text(value)) !== undefined,
  },
} as const;

function patternOf(args: Arguments, name: 'regex' | 'pattern') {
  return compilePattern(text(args[name]), { ignorecase: isTrue(args.ignorecase), multiline: isTrue(args.multiline) });
}

function search(value: string, args: Arguments): unknown {
  const match = findMatch(patternOf(args, 'regex'), value);
  const groups = args.groups as readonly unknown[];
  if (match === undefined) return null;
  return groups.length === 0 ? match[0] : groups.map((group) => groupOf(match, nameOf(group)));
}

/** \1 and \g<name>, as in a replacement; 1 for short. */
const nameOf = (group: unknown) => (typeof group === 'number' ? group : text(group).replace(/^\\(?:g<(.*)>|(\d+))$/, '$1$2'));

function groupsOf(match: RegExpMatchArray): unknown {
  if (match.length === 1) return match[0];
  const groups = match.slice(1).map((group: string | undefined) => group ?? '');
  return groups.length === 1 ? groups[0] : groups;
}
