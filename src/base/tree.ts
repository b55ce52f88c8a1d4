// The one door to the library yaml: text in, a small tree of our own with the place of every value out. Faults are collected, never thrown.
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  stringify,
  type YAMLError,
} from 'yaml';
import { type Cut, mend } from './mend.ts';
import { ANSIBLE_SCALARS } from './scalars.ts';
import { asTold, type Stumble } from './stumble.ts';

/** `start` and `end` are offsets in the text; quotes, brackets and block headers are inside of them, anchors and tags are not. */
export type Tree = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'scalar'; readonly value: unknown; readonly style: string /** as written, without quotes */; readonly text: string }
  | { readonly kind: 'map'; readonly entries: readonly Entry[] }
  | { readonly kind: 'list'; readonly items: readonly (Tree | undefined)[] }
  | { readonly kind: 'alias'; readonly name: string /** undefined: no such anchor stands before it */; readonly target: Tree | undefined }
  | { readonly kind: 'unread' }
);

/** A key and its value; undefined stands for what is not written. */
export interface Entry {
  readonly key: Tree | undefined;
  readonly value: Tree | undefined;
}

/** What the parser found wrong. `syntax` and `limit` have a message, the others say all by their kind. */
export interface TreeFault {
  readonly kind: Stumble['kind'] | 'tag' | 'limit' | 'documents' | 'version';
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What was made of a text. */
export interface Read {
  /** undefined for an empty text, and for one that is beyond the limits or broken beyond reading */
  readonly root: Tree | undefined;
  readonly faults: readonly TreeFault[];
  /** the parts that could not be read; where a value is missing for it, the tree says `unread` */
  readonly cuts: readonly Pick<Cut, 'start' | 'end'>[];
  /** false: there is no knowing what else the text would have said */
  readonly isWhole: boolean;
}

/** More lists and maps in each other than this are taken for an attack: whoever walks the tree may do so recursively. */
const DEEPEST = 100;

/** Words, marks, blanks and line ends of a text. With more of them, what is made of the text could fill the memory. */
const MOST_PIECES = 2_000_000;

/** More faults than this are not told: nobody reads them, and a file that is no YAML at all has millions. */
const MOST_FAULTS = 100;

/** How scalars are read: by YAML 1.2, or as Ansible does. */
export type Reading = 'yaml' | 'ansible';

export function readTree(source: string, reading: Reading): Read {
  const { parsed, stumbles, cuts, isHopeless } = mend(source, (text) => compose(text, reading));
  const { first, second, limit, warnings } = parsed;
  if (limit) return { root: undefined, faults: [...stumbles, limit], cuts, isWhole: false };
  const faults: TreeFault[] = [...stumbles, ...warnings.slice(0, MOST_FAULTS).map((fault) => faultOf(source, fault))];
  const { explicit, version } = first.directives.yaml;
  const directive = /^%YAML\b.*$/m.exec(source);
  if (explicit && version === '1.1' && directive)
    faults.push({ kind: 'version', start: directive.index, end: directive.index + directive[0].length, message: '' });
  if (second) faults.push({ kind: 'documents', start: second.range[0], end: second.range[0] + 3, message: '' });
  const marks = new Map(cuts.map((cut) => [cut.mark, cut]));
  const root = isHopeless ? undefined : new Converter(source, faults, marks).convert(first.contents);
  return { root, faults, cuts, isWhole: !isHopeless };
}

/** YAML text of plain data, one key a line, never folded. */
export function stringifyYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

interface Composed {
  readonly errors: readonly YAMLError[];
  readonly warnings: readonly YAMLError[];
  readonly contents: unknown;
  readonly first: Document.Parsed;
  readonly second: Document.Parsed | undefined;
  readonly limit?: TreeFault | undefined;
}

function compose(source: string, reading: Reading): Composed {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // the library makes an Error of every fault: a million stacks take minutes and gigabytes
  try {
    const { documents, limit } = parse(source, reading);
    if (limit) return { errors: [], warnings: [], contents: null, first: documents[0]!, second: undefined, limit };
    const { errors, warnings, contents } = documents[0]!;
    return { errors, warnings, contents, first: documents[0]!, second: documents[1] };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The first half of the library keeps a stack of its own and can be stopped; the second half, the composer, is recursive. */
function parse(source: string, reading: Reading): { readonly documents: Document.Parsed[]; readonly limit?: TreeFault | undefined } {
  const parser = new Parser();
  const schema = reading === 'ansible' ? { schema: 'failsafe' as const, customTags: [...ANSIBLE_SCALARS] } : {};
  const composer = new Composer({ ...schema, uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
  const documents: Document.Parsed[] = [];
  let pieces = 0;
  for (const lexeme of new Lexer().lex(source)) {
    for (const token of parser.next(lexeme)) documents.push(...(composer.next(token) as Iterable<Document.Parsed>));
    const limit = limitAt(parser.offset - lexeme.length, parser.stack.length - 1, ++pieces);
    if (limit) return { documents, limit };
    if (documents.length > 1) break;
  }
  for (const token of parser.end()) documents.push(...(composer.next(token) as Iterable<Document.Parsed>));
  documents.push(...(composer.end(true, source.length) as Iterable<Document.Parsed>));
  return { documents };
}

function limitAt(start: number, depth: number, pieces: number): TreeFault | undefined {
  const fault = (message: string): TreeFault => ({ kind: 'limit', start, end: start + 1, message });
  if (depth > DEEPEST) return fault(`more than ${DEEPEST} lists and maps stand in each other here`);
  return pieces > MOST_PIECES ? fault(`more than ${MOST_PIECES} words and marks stand before this in one file`) : undefined;
}

function faultOf(source: string, warning: YAMLError): TreeFault {
  const [start, end] = warning.pos;
  return warning.code === 'TAG_RESOLVE_FAILED' ? { kind: 'tag', start, end, message: '' } : asTold(warning, source);
}

const OWN_TAGS = 'tag:yaml.org,2002:';
const PLAIN_TAGS = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq', 'merge'].map((name) => OWN_TAGS + name));

/** Goes through the document in the order of its text, so that an alias finds the anchor that stands last before it. */
class Converter {
  readonly #source: string;
  readonly #faults: TreeFault[];
  readonly #marks: ReadonlyMap<number | undefined, Cut>;
  readonly #anchors = new Map<string, Tree>();

  constructor(source: string, faults: TreeFault[], marks: ReadonlyMap<number | undefined, Cut>) {
    this.#source = source;
    this.#faults = faults;
    this.#marks = marks;
  }

  convert(node: unknown): Tree | undefined {
    if (!isNode(node)) return undefined;
    const [start, end] = node.range ?? [0, 0];
    if (isAlias(node)) return { kind: 'alias', name: node.source, target: this.#anchors.get(node.source), start, end };
    if (node.tag?.startsWith(OWN_TAGS) && !PLAIN_TAGS.has(node.tag)) this.#refuseTag(start);
    if (isMap(node)) {
      const entries: Entry[] = [];
      const tree = this.#anchored(node, { kind: 'map', entries, start, end });
      for (const { key, value } of node.items) entries.push({ key: this.convert(key), value: this.convert(value) });
      return tree;
    }
    if (isSeq(node)) {
      const items: (Tree | undefined)[] = [];
      const tree = this.#anchored(node, { kind: 'list', items, start, end });
      for (const item of node.items) items.push(this.convert(item));
      return tree;
    }
    if (!isScalar(node)) return undefined;
    const cut = this.#marks.get(start);
    if (cut) return { kind: 'unread', start: cut.start, end: cut.end };
    const { value, type, source } = node;
    return this.#anchored(node, { kind: 'scalar', value: plain(value), style: type ?? 'PLAIN', text: source ?? String(value), start, end });
  }

  #anchored(node: Node & { readonly anchor?: string }, tree: Tree): Tree {
    if (node.anchor) this.#anchors.set(node.anchor, tree);
    return tree;
  }

  /** Tags of YAML's own that the library knows, where they are written: dates, sets, bytes. */
  #refuseTag(end: number): void {
    const start = this.#source.lastIndexOf('!!', end);
    if (start < 0 || this.#faults.length > MOST_FAULTS || this.#faults.some((fault) => fault.kind === 'tag' && fault.start === start))
      return;
    const length = /^\S*/.exec(this.#source.slice(start, end))?.[0].length ?? 2;
    this.#faults.push({ kind: 'tag', start, end: start + length, message: '' });
  }
}

/** Only what JSON has: a big integer becomes the nearest number, a date or bytes their text. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'symbol') return '<<'; // of YAML 1.1
  return typeof value === 'object' && value !== null ? String(value) : value;
}
