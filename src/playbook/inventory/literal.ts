// Values of INI inventories: a literal of Python is what it says, anything else is a text. As Ansible reads them, with ast.literal_eval.

/** The value of a literal (a tuple, a set and bytes as what JSON has for them), or the text itself where it is none. */
export function readLiteral(text: string): unknown {
  const reader = new LiteralReader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof NoLiteral) return text;
    throw error;
  }
}

class NoLiteral extends Error {}

/** Literals nested deeper than this are taken for texts. */
const DEEPEST = 100;

const NUMBER =
  /0[xX](?:_?[\dA-Fa-f])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?(?:[eE][-+]?\d(?:_?\d)*)?/y;
const STRING =
  /(?:[uU]|[rR]?[bB]?|[bB][rR])("""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/y;
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null],
  ['...', '...'],
]);
const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\n': '' };

class LiteralReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): unknown {
    const { items, isTuple } = this.#list(/$/y);
    if (items.length === 0) throw new NoLiteral();
    return isTuple ? items : items[0];
  }

  /** Values between commas up to what `end` matches. `isTuple`: there was a comma, or nothing. */
  #list(end: RegExp): { readonly items: readonly unknown[]; readonly isTuple: boolean } {
    const items: unknown[] = [];
    for (let isTuple = false; ; isTuple = true) {
      if (this.#take(end) !== undefined) return { items, isTuple: isTuple || items.length === 0 };
      items.push(this.#value());
      if (this.#take(/,/y) !== undefined) continue;
      if (this.#take(end) === undefined) throw new NoLiteral();
      return { items, isTuple };
    }
  }

  #value(): unknown {
    if (++this.#depth > DEEPEST) throw new NoLiteral();
    const open = this.#take(/[[({]/y);
    const value = open === undefined ? this.#scalar() : this.#inBrackets(open);
    this.#depth--;
    return value;
  }

  #inBrackets(open: string): unknown {
    if (open === '{') return this.#map();
    const { items, isTuple } = this.#list(open === '[' ? /\]/y : /\)/y);
    return open === '[' || isTuple ? items : items[0];
  }

  #map(): unknown {
    if (this.#take(/\}/y) !== undefined) return {};
    const first = this.#value();
    if (this.#take(/:/y) === undefined) {
      if (this.#take(/\}/y) !== undefined) return [first];
      if (this.#take(/,/y) === undefined) throw new NoLiteral();
      return [...new Set([first, ...this.#list(/\}/y).items])];
    }
    const entries: [string, unknown][] = [[String(first), this.#value()]];
    while (this.#take(/,/y) !== undefined && this.#peek(/\}/y) === undefined) {
      const key = this.#value();
      if (this.#take(/:/y) === undefined) throw new NoLiteral();
      entries.push([String(key), this.#value()]);
    }
    if (this.#take(/\}/y) === undefined) throw new NoLiteral();
    return Object.fromEntries(entries);
  }

  #scalar(): unknown {
    const sign = this.#take(/[-+]/y);
    const number = this.#take(NUMBER);
    if (number !== undefined) return (sign === '-' ? -1 : 1) * numberOf(number, this.#peek(/[\w.]/y));
    if (sign !== undefined) throw new NoLiteral();
    const word = this.#take(/(?:True|False|None)(?!\w)|\.\.\./y);
    if (word !== undefined) return WORDS.get(word);
    let text: string | undefined;
    for (let part = this.#take(STRING); part !== undefined; part = this.#take(STRING)) text = (text ?? '') + stringOf(part);
    if (text === undefined) throw new NoLiteral();
    return text;
  }

  /** What the pattern matches after blanks and comments, which is then behind. */
  #take(pattern: RegExp): string | undefined {
    const found = this.#peek(pattern);
    this.#at += found?.length ?? 0;
    return found;
  }

  #peek(pattern: RegExp): string | undefined {
    const blank = /(?:[ \t\f]|#.*)*/y;
    blank.lastIndex = this.#at;
    const start = this.#at + blank.exec(this.#text)![0].length;
    pattern.lastIndex = start;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at = start;
    return found;
  }
}

/** 0777 is no number of Python; one too large to be kept is a text here. */
function numberOf(text: string, next: string | undefined): number {
  const digits = text.replaceAll('_', '');
  const value = Number(digits);
  const isWhole = !/[.eE]/.test(digits) || /^0[xX]/.test(digits);
  if (next !== undefined || (/^0\d/.test(digits) && isWhole && value !== 0) || !Number.isFinite(value)) throw new NoLiteral();
  if (isWhole && !Number.isSafeInteger(value)) throw new NoLiteral();
  return value;
}

function stringOf(token: string): string {
  const [, prefix = '', body = ''] = /^([A-Za-z]*)(?:"""|'''|["'])([\s\S]*?)(?:"""|'''|["'])$/.exec(token) ?? [];
  if (/r/i.test(prefix)) return body;
  return body.replace(
    /\\(?:([0-7]{1,3})|x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|([\s\S]))/g,
    (whole, octal?: string, x?: string, u?: string, long?: string, other?: string) => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      const hex = x ?? u ?? long;
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (/[xuUN]/.test(other!)) throw new NoLiteral();
      return ESCAPES[other!] ?? (/[\\'"]/.test(other!) ? other! : whole);
    },
  );
}
