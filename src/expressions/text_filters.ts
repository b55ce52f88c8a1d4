// Filters for texts and paths.
import { TaskError } from '../base/errors.ts';
import { text, wholeNumber } from './values.ts';

export const TEXT_FILTERS = {
  upper: { says: 'The text in capitals.', example: "'trains' | upper", apply: (value: unknown) => text(value).toUpperCase() },
  lower: { says: 'The text in small letters.', example: "'Trains' | lower", apply: (value: unknown) => text(value).toLowerCase() },
  trim: {
    takes: 'chars?',
    says: 'The text without blanks at its ends, or without these characters.',
    example: "' a ' | trim",
    apply: (value: unknown, { chars }: Args) => trim(text(value), chars),
  },
  replace: {
    takes: 'old, new, count=-1',
    says: 'The text with each place of the old text taken by the new one, or with the first ones only.',
    example: "'a-b-c' | replace('-', '_')",
    apply: (value: unknown, { old, new: by, count }: Args) => replace(text(value), text(old), { by: text(by), count: wholeNumber(count) }),
  },
  split: {
    takes: 'sep?, maxsplit=-1',
    says: 'The parts of a text between separators; without one, its words.',
    example: "'a,b' | split(',')",
    apply: (value: unknown, { sep, maxsplit }: Args) => split(text(value), sep, wholeNumber(maxsplit)),
  },
  basename: {
    says: 'The last part of a path; empty after a slash at its end.',
    example: "'/opt/trains/config' | basename",
    apply: (value: unknown) => text(value).slice(text(value).lastIndexOf('/') + 1),
  },
  dirname: {
    says: 'A path without its last part.',
    example: "'/opt/trains/config' | dirname",
    apply: (value: unknown) => dirname(text(value)),
  },
  quote: {
    says: 'The text quoted for a shell, where it has to be.',
    example: `"it's" | quote`,
    apply: (value: unknown) => quote(text(value)),
  },
} as const;

type Args = Readonly<Record<string, unknown>>;

function trim(value: string, chars: unknown): string {
  if (chars === undefined || chars === null) return value.trim();
  const taken = new Set(text(chars));
  const characters = [...value];
  const start = characters.findIndex((character) => !taken.has(character));
  if (start < 0) return '';
  return characters.slice(start, characters.findLastIndex((character) => !taken.has(character)) + 1).join('');
}

function replace(value: string, old: string, { by, count }: { readonly by: string; readonly count: number }): string {
  if (count < 0) return value.replaceAll(old, () => by);
  if (old === '') throw new TaskError('an empty text cannot be counted');
  let result = '';
  let at = 0;
  for (let i = 0; i < count; i++) {
    const next = value.indexOf(old, at);
    if (next < 0) break;
    result += value.slice(at, next) + by;
    at = next + old.length;
  }
  return result + value.slice(at);
}

function split(value: string, sep: unknown, most: number): string[] {
  if (sep === undefined || sep === null) return words(value, most);
  if (text(sep) === '') throw new TaskError('a text cannot be split at nothing');
  if (most < 0) return value.split(text(sep));
  const parts: string[] = [];
  let at = 0;
  for (let next = value.indexOf(text(sep)); next >= 0 && parts.length < most; next = value.indexOf(text(sep), at)) {
    parts.push(value.slice(at, next));
    at = next + text(sep).length;
  }
  return [...parts, value.slice(at)];
}

function words(value: string, most: number): string[] {
  const parts: string[] = [];
  let rest = value.trimStart();
  while (rest !== '' && (most < 0 || parts.length < most)) {
    const end = rest.search(/\s/);
    parts.push(end < 0 ? rest : rest.slice(0, end));
    rest = end < 0 ? '' : rest.slice(end).trimStart();
  }
  return rest === '' ? parts : [...parts, rest];
}

function dirname(path: string): string {
  let end = path.lastIndexOf('/');
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end === 0 ? path.lastIndexOf('/') + 1 : Math.max(0, end));
}

const quote = (value: string) => {
  if (value === '') return "''";
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'"'"'`)}'`;
};
