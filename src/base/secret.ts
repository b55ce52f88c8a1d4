// Secrets are marked by value where they enter the runner and masked in every text that leaves it.

/** What stands in a text where a secret stood. */
export const MASK = '********';

/** Shorter values are not masked: "no" or "42" would blank half of a report without hiding anything. */
const SHORTEST = 4;

/** A variable of an inventory whose value is a secret. */
export function isSecretName(variable: string): boolean {
  return /^ansible_\w*pass(word|phrase)?$/.test(variable);
}

/** Where a secret is read when a run begins. */
export type SecretReference = { readonly env: string } | { readonly file: string } | { readonly command: readonly string[] };

/** The reference that a value is: a map with exactly one key. undefined: it is something else. */
export function secretReference(value: unknown): SecretReference | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [[kind, of] = [], ...others] = Object.entries(value);
  if (others.length > 0) return undefined;
  if (kind === 'env' || kind === 'file') return typeof of === 'string' ? (value as SecretReference) : undefined;
  const isCommand = kind === 'command' && Array.isArray(of) && of.length > 0 && of.every((word) => typeof word === 'string');
  return isCommand ? (value as SecretReference) : undefined;
}

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
