// Hashes by which two pieces of data are known to be the same.
import { createHash } from 'node:crypto';

/** SHA-256 as lower-case hexadecimal, as sha256sum prints it. */
export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** JSON without white space, the keys of every object in one order: the same data have the same text. */
export function canonicalJson(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
