// YAML text becomes plain data with the place of every value. Faults are collected, never thrown.
import { Entries, type MapTree, type ScalarTree } from './entries.ts';
import type { Position, Problem } from './errors.ts';
import { Lines } from './lines.ts';
import { offsetsOf } from './offsets.ts';
import type { RuleId } from './rules.ts';
import { isReadable, textFaults } from './text.ts';
import { type Reading, readTree, stringifyYaml, type Tree, type TreeFault } from './tree.ts';
import { valueFaults } from './values.ts';

/** The way to a value: keys and list indexes from the document's root. */
export type Path = readonly (string | number)[];

/** A parsed file. `value` is plain data, and undefined where nothing could be made of the text; `problems` says why. */
export interface YamlDocument {
  readonly file: string;
  readonly source: string;
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** false: nothing is known of what the text would have said */
  readonly isReadable: boolean;
  /** Parts that could not be read. Nothing is known of what they would have said. */
  readonly unread: readonly Unread[];
  /** What is YAML, but not what it seems, or not the same elsewhere: for files that people write for us. */
  remarks(): readonly Problem[];
  /** Where a value, or the key before it, stands. For what is not there: where its nearest ancestor stands, by its key. */
  positionOf(path: Path, part?: 'key' | 'value'): Position;
  /** Where the characters from `start` to `end` of a string value stand, through quotes, escapes and folded lines. */
  positionIn(path: Path, start: number, end: number): Position;
  /** A scalar as it was written, without quotes ("0.10" where the value is 0.1); undefined for anything else. */
  textOf(path: Path): string | undefined;
  /** The source with other strings in place of these scalars; everything else - comments, blanks, order - is as it was written. */
  withStrings(changes: readonly { readonly path: Path; readonly value: string }[]): string;
}

/** `path` leads to it as in a Problem, to null in `value`; undefined: there is not even a value in its place. */
export interface Unread {
  readonly path: string | undefined;
  readonly position: Position;
  readonly text: string;
}

const VAULT = "this is encrypted by Ansible's vault, which the runner does not open";
const VAULT_HINT = 'write { command: [ansible-vault, view, FILE] } where the secret is wanted, or give it with -e @file';

/** How many values aliases may repeat before the file is taken for an attack. */
const MOST_ALIASED = 1_000_000;

/** Reads YAML 1.2 with merge keys (`<<`). Only the core tags are known, keys are strings. */
export function parseYaml(source: string, file: string): YamlDocument {
  return new ParsedDocument(source, file, 'yaml');
}

/** As parseYaml, but plain scalars mean what they mean to Ansible; a warning says where that is something else than in YAML 1.2. */
export function parseAnsibleYaml(source: string, file: string): YamlDocument {
  return new ParsedDocument(source, file, 'ansible');
}

class ParsedDocument implements YamlDocument {
  readonly file: string;
  readonly source: string;
  readonly value: unknown;
  readonly problems: Problem[] = [];
  readonly isReadable: boolean;
  readonly unread: Unread[] = [];
  /** the source with lines that end at a line feed alone: lines and columns are the same in both, offsets are those of this one */
  readonly #text: string;
  readonly #reading: Reading;
  readonly #lines: Lines;
  readonly #offsets = new Map<Tree, readonly number[]>();
  readonly #root: Tree | undefined;
  readonly #entries = new Entries({
    twice: (key, first, name) => this.#reportTwice(key, first, name),
    noText: (key, map) => this.#reportKey(key, map),
    merge: (value, why) => this.#reportMerge(value, why),
  });
  #aliased = 0;
  #isBomb = false;
  #open: Tree[] = [];
  readonly #leftOut = new Set<number>();
  /** the way to the map that is looked into */
  #at: Path = [];

  constructor(source: string, file: string, reading: Reading) {
    this.source = source;
    this.file = file;
    const text = source.replaceAll('\r\n', '\n');
    this.#text = text;
    this.#reading = reading;
    this.#lines = new Lines(text, file);
    const vault = /^\uFEFF?\$ANSIBLE_VAULT;.*/.exec(text);
    if (vault) this.#add('vault', { start: 0, end: vault[0].length }, VAULT, [], VAULT_HINT);
    const canBeRead = !vault && isReadable(text); // remarks() says why not
    const { root, faults, cuts, isWhole } = readTree(canBeRead ? text : '', reading);
    this.#root = root;
    this.isReadable = canBeRead && isWhole;
    for (const fault of faults) this.#reportFault(fault);
    this.value = root === undefined ? (this.isReadable ? null : undefined) : this.#build(root, [], false);
    for (const cut of cuts) if (!this.#leftOut.has(cut.start)) this.#leaveOut(cut, undefined);
  }

  remarks(): readonly Problem[] {
    const ofText = textFaults(this.#text).map((fault) => ({ path: [], ...fault }));
    const ofValues = this.#root ? valueFaults(this.#root, this.#reading) : [];
    return [...ofText, ...ofValues].map(({ rule, start, end, path, message, hint }) => ({
      rule,
      position: this.#lines.position(start, end),
      path: path.join('/'),
      message,
      hint,
    }));
  }

  positionOf(path: Path, part: 'key' | 'value' = 'value'): Position {
    for (let length = path.length; length >= 0; length--) {
      const found = this.#find(path.slice(0, length));
      if (!found) continue;
      const wanted = length < path.length || part === 'key' ? (found.key ?? found.value) : (found.value ?? found.key);
      if (wanted) return this.#lines.position(wanted.start, wanted.end);
    }
    return this.#lines.position(0, 0);
  }

  positionIn(path: Path, start: number, end: number): Position {
    const tree = this.#find(path)?.value;
    if (tree?.kind !== 'scalar' || typeof tree.value !== 'string') return this.positionOf(path);
    const offsets = this.#offsets.get(tree) ?? offsetsOf(this.#text.slice(tree.start, tree.end), tree.value, tree.style);
    this.#offsets.set(tree, offsets);
    const last = offsets[Math.max(start, end - 1)] ?? tree.end - tree.start - 1;
    return this.#lines.position(tree.start + (offsets[start] ?? last + 1), tree.start + last + 1);
  }

  textOf(path: Path): string | undefined {
    const tree = this.#find(path)?.value;
    return tree?.kind === 'scalar' ? tree.text : undefined;
  }

  withStrings(changes: readonly { readonly path: Path; readonly value: string }[]): string {
    // by place: what an alias repeats is written once
    const edits = new Map<number, { readonly end: number; readonly text: string }>();
    for (const { path, value } of changes) {
      const tree = this.#find(path)?.value;
      if (tree?.kind !== 'scalar') throw new Error(`${this.file}: ${path.join('/')} is no scalar`);
      edits.set(tree.start, { end: tree.end, text: written(value, tree.style) });
    }
    const lines = new Lines(this.source, this.file);
    const inSource = (offset: number) => {
      const { line, column } = this.#lines.position(offset, offset);
      return lines.offsetAt(line, column);
    };
    let text = this.source;
    for (const [start, edit] of [...edits].sort(([one], [other]) => other - one)) {
      text = text.slice(0, inSource(start)) + edit.text + text.slice(inSource(edit.end));
    }
    return text;
  }

  #build(tree: Tree | undefined, path: Path, aliased: boolean): unknown {
    if (aliased && ++this.#aliased > MOST_ALIASED) return undefined;
    if (tree === undefined) return null;
    if (tree.kind === 'scalar') return tree.value;
    if (tree.kind === 'unread') {
      this.#leaveOut(tree, path);
      return null;
    }
    if (tree.kind === 'alias') return this.#buildAlias(tree, path, aliased);
    this.#open.push(tree);
    const value =
      tree.kind === 'map' ? this.#buildMap(tree, path, aliased) : tree.items.map((item, i) => this.#build(item, [...path, i], aliased));
    this.#open.pop();
    return value;
  }

  #buildMap(tree: MapTree, path: Path, aliased: boolean): Record<string, unknown> {
    this.#at = path;
    const entries = [...this.#entries.of(tree)].map(
      ([key, { value, isMerged }]) => [key, this.#build(value, [...path, key], aliased || isMerged)] as const,
    );
    return Object.fromEntries(entries); // defines own properties, __proto__ too
  }

  #buildAlias(alias: AliasTree, path: Path, aliased: boolean): unknown {
    const { target } = alias;
    if (target === undefined || this.#open.includes(target)) {
      this.#reportAlias(alias, target === undefined ? 'unknown' : 'circular', path);
      return undefined;
    }
    const value = this.#build(target, path, true);
    if (this.#aliased > MOST_ALIASED && !aliased && !this.#isBomb) {
      this.#isBomb = true;
      this.#reportBomb(alias, path);
    }
    return value;
  }

  #find(path: Path): { readonly key: Tree | undefined; readonly value: Tree | undefined } | undefined {
    let found: { key: Tree | undefined; value: Tree | undefined } = { key: undefined, value: resolved(this.#root) };
    for (const part of path) {
      const parent = found.value;
      if (parent?.kind === 'list' && typeof part === 'number' && part < parent.items.length)
        found = { key: undefined, value: resolved(parent.items[part]) };
      else {
        const entry = parent?.kind === 'map' ? this.#entries.of(parent).get(String(part)) : undefined;
        if (!entry) return undefined;
        found = { key: entry.key, value: resolved(entry.value) };
      }
    }
    return found;
  }

  #add(rule: RuleId, { start, end }: Span, message: string, path: Path, hint?: string): void {
    this.problems.push({ rule, position: this.#lines.position(start, end), path: path.join('/'), message, hint });
  }

  #leaveOut({ start, end }: Span, path: Path | undefined): void {
    this.#leftOut.add(start);
    this.unread.push({ path: path?.join('/'), position: this.#lines.position(start, end), text: this.#text.slice(start, end) });
  }

  #reportFault(fault: TreeFault): void {
    const text = this.#text.slice(fault.start, fault.end).trim();
    if (fault.kind === 'syntax') this.#add('yaml-syntax', fault, fault.message, [], fault.hint);
    else if (fault.kind === 'quotes') this.#reportQuotes(fault, []);
    else if (fault.kind === 'limit') this.#add('yaml-limit', fault, fault.message, []);
    else if (fault.kind === 'tabs') this.#add('yaml-tabs', fault, 'a tab stands in the indentation', [], 'write blanks');
    else if (fault.kind === 'documents')
      this.#add('yaml-documents', fault, 'a second document begins here', [], 'put it into a file of its own');
    else if (fault.kind === 'version')
      this.#add('yaml-version', fault, `${text} asks for another language`, [], 'take the line out: files are YAML 1.2');
    else if (/^!vault(-encrypted)?$/.test(text)) this.#add('vault', fault, VAULT, [], VAULT_HINT);
    else this.#add('yaml-tag', fault, `${text} is a tag that is not supported`, []);
  }

  #reportTwice(key: ScalarTree, first: ScalarTree, name: string): void {
    const { line, column } = this.#lines.position(first.start, first.end);
    const message = `the key "${name}" is given twice; the first is at line ${line}, column ${column}`;
    const hint = name === '<<' ? 'write one with a list: <<: [*a, *b]' : 'keep one of the two';
    this.#add('duplicate-key', key, message, [...this.#at, name], hint);
  }

  #reportKey(key: Tree | undefined, map: Tree): void {
    const { start, end } = key ?? { start: 0, end: 0 };
    if (this.#text[start] === '{' && /^\{\s*$/.test(this.#text.slice(map.start, start))) {
      this.#reportQuotes(map, this.#at);
      this.#leaveOut(map, this.#at);
    } else this.#add('yaml-key', { start, end }, 'a key must be text, not a list or a map', this.#at);
  }

  #reportQuotes(place: Span, path: Path): void {
    this.#add('yaml-quotes', place, 'a value that begins with {{ needs quotes', path, 'write "{{ … }}"');
  }

  #reportMerge(value: Tree, why: 'circular' | 'unknown' | 'too many' | undefined): void {
    if (why === 'too many') this.#reportBomb(value, this.#at);
    else if (why !== undefined && value.kind === 'alias') this.#reportAlias(value, why, this.#at);
    else this.#add('yaml-merge', value, '<< takes a map, or a list of maps', this.#at, 'write <<: *name, where &name marks a map');
  }

  #reportAlias(alias: AliasTree, why: 'circular' | 'unknown', path: Path): void {
    const { name } = alias;
    if (why === 'unknown') this.#add('yaml-alias', alias, `no anchor &${name} stands before this alias`, path);
    else this.#add('yaml-alias', alias, `the alias *${name} stands inside of what it repeats`, path);
  }

  #reportBomb(place: Tree, path: Path): void {
    this.#add('yaml-alias-bomb', place, `the aliases of this file repeat more than ${MOST_ALIASED} values`, path);
  }
}

type Span = Pick<Tree, 'start' | 'end'>;

type AliasTree = Extract<Tree, { kind: 'alias' }>;

const resolved = (tree: Tree | undefined) => (tree?.kind === 'alias' ? tree.target : tree);

/** A string as YAML of one line, quoted as the scalar in whose place it comes, or in double quotes where that cannot be. */
function written(value: string, style: string): string {
  if (style === 'QUOTE_SINGLE' && !/['\n]/.test(value)) return `'${value}'`;
  const plain = stringifyYaml(value).trimEnd();
  if (style === 'PLAIN' && plain === value && !/[,[\]{}]/.test(value)) return value;
  return style.startsWith('BLOCK') ? `${JSON.stringify(value)}\n` : JSON.stringify(value);
}
