// The one door to the library yaml: text in, plain data with the place of every value out. Faults are collected, never thrown.
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
} from 'yaml';
import type { Position, Problem } from './errors.ts';
import { offsetsOf } from './offsets.ts';
import type { RuleId } from './rules.ts';

/** The way to a value: keys and list indexes from the document's root. */
export type Path = readonly (string | number)[];

/** A parsed file. `value` is plain data, and undefined where nothing could be made of the text; `problems` says why. */
export interface YamlDocument {
  readonly file: string;
  readonly source: string;
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** false: the text is no YAML, and `value` only what could be read of it */
  readonly isWhole: boolean;
  /** Where a value, or the key before it, stands. For what is not there: where its nearest ancestor stands, by its key. */
  positionOf(path: Path, part?: 'key' | 'value'): Position;
  /** Where the characters from `start` to `end` of a string value stand, through quotes, escapes and folded lines. */
  positionIn(path: Path, start: number, end: number): Position;
  /** A scalar as it was written, without quotes ("0.10" where the value is 0.1); undefined for anything else. */
  textOf(path: Path): string | undefined;
  /** The source with other strings in place of these scalars; everything else - comments, blanks, order - is as it was written. */
  withStrings(changes: readonly { readonly path: Path; readonly value: string }[]): string;
}

/** How many values aliases may repeat before the file is taken for an attack. */
const MOST_ALIASED = 10_000;

/** Reads YAML 1.2 with merge keys (`<<`). Only the core tags are known, keys are strings. */
export function parseYaml(source: string, file: string): YamlDocument {
  return new ParsedDocument(source, file);
}

/** YAML text of plain data, one key a line, never folded. */
export function stringifyYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

class ParsedDocument implements YamlDocument {
  readonly file: string;
  readonly source: string;
  readonly value: unknown;
  readonly problems: Problem[] = [];
  isWhole = true;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed | undefined;
  #aliased = 0;
  #isBomb = false;
  #open: Node[] = [];

  constructor(source: string, file: string) {
    this.source = source;
    this.file = file;
    try {
      this.#document = parseDocument(source, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
      for (const { message, pos, code } of [...this.#document.errors, ...this.#document.warnings]) this.#report(code, pos, message);
      this.value = this.#build(this.#document.contents, [], false);
    } catch (error) {
      // the parser and the walk below are recursive: only a file nested some thousand levels deep comes here
      if (!(error instanceof RangeError)) throw error;
      this.#report('NESTING', [0, 1], 'the document is nested too deeply');
    }
  }

  positionOf(path: Path, part: 'key' | 'value' = 'value'): Position {
    for (let length = path.length; length >= 0; length--) {
      const found = this.#find(path.slice(0, length));
      if (!found) continue;
      const wanted = length < path.length || part === 'key' ? (found.key ?? found.node) : (found.node ?? found.key);
      const range = rangeOf(wanted) ?? rangeOf(found.key);
      if (range) return this.#position(range);
    }
    return this.#position([0, 0]);
  }

  positionIn(path: Path, start: number, end: number): Position {
    const node = this.#find(path)?.node;
    const range = rangeOf(node);
    if (!isScalar(node) || !range || typeof node.value !== 'string') return this.positionOf(path);
    const offsets = offsetsOf(this.source.slice(...range), node.value, node.type ?? 'PLAIN');
    const last = offsets[Math.max(start, end - 1)] ?? range[1] - range[0] - 1;
    return this.#position([range[0] + (offsets[start] ?? last + 1), range[0] + last + 1]);
  }

  textOf(path: Path): string | undefined {
    const node = this.#find(path)?.node;
    return isScalar(node) ? (node.source ?? String(node.value)) : undefined;
  }

  withStrings(changes: readonly { readonly path: Path; readonly value: string }[]): string {
    // by place: what an alias repeats is written once
    const edits = new Map<number, { readonly end: number; readonly text: string }>();
    for (const { path, value } of changes) {
      const node = this.#find(path)?.node;
      const range = rangeOf(node);
      if (!isScalar(node) || !range) throw new Error(`${this.file}: ${path.join('/')} is no scalar`);
      edits.set(range[0], { end: range[1], text: written(value, node.type) });
    }
    let text = this.source;
    for (const [start, edit] of [...edits].sort(([one], [other]) => other - one)) {
      text = text.slice(0, start) + edit.text + text.slice(edit.end);
    }
    return text;
  }

  #position([start, end]: readonly [number, number]): Position {
    let last = Math.max(start, end);
    while (last > start && /\s/.test(this.source.charAt(last - 1))) last--; // a collection's range goes on to the next value
    const from = this.#lines.linePos(start);
    const to = this.#lines.linePos(last);
    return { file: this.file, line: from.line || 1, column: from.col || 1, endLine: to.line || 1, endColumn: to.col || 1 };
  }

  #add(rule: RuleId, range: readonly [number, number], path: Path, message: string, hint?: string): void {
    this.problems.push({ rule, position: this.#position(range), path: path.join('/'), message, hint });
  }

  #report(code: string, [start, end]: readonly [number, number], message: string): void {
    const sentence = (message.charAt(0).toLowerCase() + message.slice(1)).replace(/[.:]$/, '').replace(/\s+/g, ' ');
    if (code === 'TAG_RESOLVE_FAILED') {
      const vault = message.includes('!vault') ? 'give secrets with -e @file, in a file that is not kept with the playbook' : undefined;
      this.#add('yaml-tag', [start, end], [], `${this.source.slice(start, end).trim()} is a tag that is not supported`, vault);
    } else {
      this.isWhole = false;
      this.#add('yaml-syntax', [start, end], [], sentence);
    }
  }

  #build(node: unknown, path: Path, aliased: boolean): unknown {
    if (aliased && ++this.#aliased > MOST_ALIASED) return undefined;
    if (isAlias(node)) return this.#buildAlias(node, path);
    if (isScalar(node)) return typeof node.value === 'bigint' ? Number(node.value) : node.value;
    if (!isMap(node) && !isSeq(node)) return null;
    this.#open.push(node);
    const value = isMap(node) ? this.#buildMap(node, path, aliased) : node.items.map((item, i) => this.#build(item, [...path, i], aliased));
    this.#open.pop();
    return value;
  }

  #buildAlias(node: Node & { readonly source: string }, path: Path): unknown {
    const target = this.#resolve(node);
    const range = rangeOf(node) ?? [0, 0];
    if (target === undefined) {
      this.#add('yaml-alias', range, path, `no anchor &${node.source} stands before this alias`);
      return undefined;
    }
    if (this.#open.includes(target)) {
      this.#add('yaml-alias', range, path, `the alias *${node.source} stands inside of what it repeats`);
      return undefined;
    }
    const value = this.#build(target, path, true);
    if (this.#aliased > MOST_ALIASED && !this.#isBomb) {
      this.#isBomb = true;
      this.#add('yaml-alias-bomb', range, path, `the aliases of this file repeat more than ${MOST_ALIASED} values`);
    }
    return value;
  }

  #buildMap(node: YAMLMap, path: Path, aliased: boolean): Record<string, unknown> {
    const merged = node.items.filter(isMerge).flatMap(({ value }) => [this.#build(value, path, aliased)].flat());
    const entries = new Map<string, unknown>(merged.flatMap((part) => (isRecord(part) ? Object.entries(part) : [])));
    const seen = new Map<string, Node>();
    for (const pair of node.items) {
      if (isMerge(pair)) continue;
      const key = this.#key(pair, path);
      if (key === undefined) continue;
      const first = seen.get(key);
      if (first && !aliased) {
        const { line, column } = this.#position(rangeOf(first)!);
        const message = `the key "${key}" is given twice; the first is at line ${line}, column ${column}`;
        this.#add('duplicate-key', rangeOf(pair.key)!, [...path, key], message, 'keep one of the two');
      }
      seen.set(key, pair.key as Node);
      entries.set(key, this.#build(pair.value, [...path, key], aliased));
    }
    return Object.fromEntries(entries); // defines own properties, __proto__ too
  }

  #key({ key }: Pair, path: Path): string | undefined {
    if (isScalar(key)) return keyText(key);
    const range = rangeOf(key) ?? [0, 0];
    const template = /^\{\s*\{|^\{/.test(this.source.slice(range[0])) && this.source[range[0] - 1] === '{';
    if (template) this.#add('yaml-quotes', [range[0] - 1, range[1]], path, 'a value that begins with {{ needs quotes', 'write "{{ … }}"');
    else this.#add('yaml-key', range, path, 'a key must be text, not a list or a map');
    return undefined;
  }

  #resolve(node: unknown): Node | undefined {
    return isAlias(node) ? node.resolve(this.#document!) : isNode(node) ? node : undefined;
  }

  #find(path: Path): { readonly key?: Node; readonly node: Node | undefined } | undefined {
    let found: { key?: Node; node: Node | undefined } = { node: this.#document?.contents ?? undefined };
    for (const part of path) {
      const parent = this.#resolve(found.node);
      if (isSeq(parent) && typeof part === 'number' && part < parent.items.length) found = { node: parent.items[part] as Node };
      else if (isMap(parent)) {
        const pair = this.#pair(parent, String(part));
        if (!pair) return undefined;
        found = { key: pair.key as Node, node: (pair.value ?? undefined) as Node | undefined };
      } else return undefined;
    }
    return isAlias(found.node) ? { ...found, node: this.#resolve(found.node) } : found;
  }

  #pair(map: YAMLMap, key: string): Pair | undefined {
    const own = map.items.findLast((pair) => !isMerge(pair) && isScalar(pair.key) && keyText(pair.key) === key);
    if (own) return own;
    for (const { value } of map.items.filter(isMerge)) {
      const target = this.#resolve(value);
      for (const part of isSeq(target) ? target.items.map((item) => this.#resolve(item)) : [target]) {
        const found = isMap(part) ? this.#pair(part, key) : undefined;
        if (found) return found;
      }
    }
    return undefined;
  }
}

/** A string as YAML of one line, quoted as the scalar in whose place it comes, or in double quotes where that cannot be. */
function written(value: string, style: string | null | undefined): string {
  if (style === 'QUOTE_SINGLE' && !/['\n]/.test(value)) return `'${value}'`;
  const plain = stringify(value, { lineWidth: 0 }).trimEnd();
  if (style === 'PLAIN' && plain === value && !/[,[\]{}]/.test(value)) return value;
  return style?.startsWith('BLOCK') ? `${JSON.stringify(value)}\n` : JSON.stringify(value);
}

const isMerge = ({ key }: Pair) => isScalar(key) && key.value === '<<' && key.type === 'PLAIN';

const keyText = (key: { readonly value: unknown; readonly source?: string }) =>
  typeof key.value === 'string' ? key.value : (key.source ?? String(key.value ?? ''));

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function rangeOf(node: unknown): [number, number] | undefined {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : undefined;
}
