// References to secrets: where a run reads one when it begins, in place of the secret itself.
import { dirname, isAbsolute, join } from 'node:path';

/** `file` is absolute, from ~, or relative to the working directory. */
export type SecretReference = { readonly env: string } | { readonly file: string } | { readonly command: readonly string[] };

/** What can be written in place of a secret, for hints. */
export const REFERENCES = '{ env: NAME }, { file: PATH } or { command: [argv] }';

/** The reference that a value is: a map with exactly one key. undefined: it is something else. */
export function secretReference(value: unknown): SecretReference | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [[kind, of] = [], ...others] = Object.entries(value);
  if (others.length > 0) return undefined;
  if (kind === 'env' || kind === 'file') return typeof of === 'string' ? (value as SecretReference) : undefined;
  const isCommand = kind === 'command' && Array.isArray(of) && of.length > 0 && of.every((word) => typeof word === 'string');
  return isCommand ? (value as SecretReference) : undefined;
}

/** The value as it counts where it was written: a relative file of a reference is beside the file that names it. */
export function placedReference(value: unknown, writtenIn: () => string): unknown {
  const reference = secretReference(value);
  if (!reference || !('file' in reference) || isAbsolute(reference.file) || /^(~|\{\{)/.test(reference.file)) return value;
  return { file: join(dirname(writtenIn()), reference.file) };
}

/** A variable of an inventory whose value is a secret. */
export function isSecretName(variable: string): boolean {
  return /^ansible_\w*pass(word|phrase)?$/.test(variable);
}
