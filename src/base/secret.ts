// Secrets are marked by value where they enter the runner and masked in every text that leaves it.

/** What stands in a text where a secret stood. */
export const MASK = '********';

/** Shorter values are not masked: "no" or "42" would blank half of a report without hiding anything. */
const SHORTEST = 4;

/** The secrets of one run. Passed to whatever loads a secret (`mark`) and to whatever writes a text (`mask`). */
export class Secrets {
  #forms: string[] = [];

  /** Remembers a value and the forms in which it commonly turns up: JSON text, URL and base64. Returns it unchanged. */
  mark(value: string): string {
    const encoded = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), Buffer.from(value).toString('base64')];
    const lines = value.includes('\n') ? value.split('\n') : [];
    const forms = new Set([...this.#forms, ...encoded, ...lines].filter((form) => form.trim().length >= SHORTEST));
    this.#forms = [...forms].sort((a, b) => b.length - a.length); // the longest first: a secret may contain another one
    return value;
  }

  /** The text without any marked value. */
  mask(text: string): string {
    return this.#forms.reduce((masked, form) => masked.replaceAll(form, MASK), text);
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
