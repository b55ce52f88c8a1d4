// The real Jinja to compare with, with the real filters and tests of Ansible.
import { askPython } from './ansible.ts';

export type Evaluated = { readonly value: unknown } | { readonly error: string };

/** One process for all expressions. Throws where there is no Jinja and none can be installed. */
export function askJinja(sources: readonly string[], scope: Readonly<Record<string, unknown>>): readonly Evaluated[] {
  return askPython('ask_jinja.py', { sources, scope }) as Evaluated[];
}
