// Secrets are marked by value where they enter the runner and masked in every text that leaves it.

/** What stands in a text where a secret stood. */
export const MASK = '********';

/** Shorter values are not masked: "no" or "42" would blank half of a report without hiding anything. */
const SHORTEST = 4;

/** So many are faster looked for one after the other, by what the engine has for that. */
const FEW = 200;

/** The secrets of one run. Passed to whatever loads a secret (`mark`) and to whatever writes a text (`mask`). */
export class Secrets {
  readonly #forms = new Set<string>();
  /** the longest first: a secret may contain another one; undefined: to be made of `forms` */
  #sorted: readonly string[] | undefined;
  /** how they begin, and how long they are, the longest first */
  #starts: ReadonlySet<string> = new Set();
  #lengths: readonly number[] = [];

  /** Remembers a value and the forms in which it commonly turns up: JSON text, URL and base64. Returns it unchanged. */
  mark(value: string): string {
    const encoded = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), Buffer.from(value).toString('base64')];
    const lines = value.includes('\n') ? value.split('\n') : [];
    for (const form of [...encoded, ...lines]) if (form.trim().length >= SHORTEST) this.#forms.add(form);
    this.#sorted = undefined;
    return value;
  }

  /** The text without any marked value. */
  mask(text: string): string {
    const forms = this.#inOrder();
    return forms.length <= FEW ? forms.reduce((masked, form) => masked.replaceAll(form, MASK), text) : this.#maskMany(text);
  }

  #inOrder(): readonly string[] {
    if (this.#sorted) return this.#sorted;
    this.#sorted = [...this.#forms].sort((a, b) => b.length - a.length);
    this.#starts = new Set(this.#sorted.map((form) => form.slice(0, SHORTEST)));
    this.#lengths = [...new Set(this.#sorted.map(({ length }) => length))];
    return this.#sorted;
  }

  /** One way through the text, however many forms there are. */
  #maskMany(text: string): string {
    const parts: string[] = [];
    let from = 0;
    for (let at = 0; at < text.length; ) {
      const isStart = this.#starts.has(text.slice(at, at + SHORTEST));
      const length = isStart ? this.#lengths.find((one) => this.#forms.has(text.slice(at, at + one))) : undefined;
      if (length === undefined) at++;
      else {
        parts.push(text.slice(from, at), MASK);
        from = at += length;
      }
    }
    return parts.join('') + text.slice(from);
  }

  /** A copy of plain data (objects, arrays, scalars) with every string masked. */
  maskData<T>(data: T): T {
    if (typeof data === 'string') return this.mask(data) as T;
    if (Array.isArray(data)) return data.map((item) => this.maskData(item)) as T;
    if (data !== null && typeof data === 'object') {
      return Object.fromEntries(Object.entries(data).map(([key, value]) => [this.mask(key), this.maskData(value)])) as T;
    }
    return data;
  }
}
