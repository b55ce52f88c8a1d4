// Sensitive values as a saved plan knows them: by a salted hash that is slow to try out, never by themselves.
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

const BYTES = 32;

/** Seals the values of one plan: the same value twice comes out the same. */
export class Sealer {
  readonly salt: string;
  readonly #sealed = new Map<string, string>();

  /** A new salt unless it is given one. */
  constructor(salt = randomBytes(16).toString('base64')) {
    this.salt = salt;
  }

  seal(value: unknown): string {
    const text = JSON.stringify(value) ?? '';
    const known = this.#sealed.get(text) ?? scryptSync(text, Buffer.from(this.salt, 'base64'), BYTES).toString('base64');
    this.#sealed.set(text, known);
    return known;
  }

  isSame(value: unknown, sealed: string): boolean {
    const [one, other] = [Buffer.from(this.seal(value)), Buffer.from(sealed)];
    return one.length === other.length && timingSafeEqual(one, other);
  }
}
