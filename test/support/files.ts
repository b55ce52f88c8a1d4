// Files in memory, and those of the disk, as the readers of inventories see them.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { kindOf, list } from '../../src/cli/disk.ts';
import type { Files } from '../../src/playbook/inventory/files.ts';
import { type InventorySources, type LoadedInventory, loadInventory } from '../../src/playbook/inventory/load.ts';

/** `texts`: by path; directories are there by what is in them. Paths in `programs` may be executed. */
export function inMemory(texts: Readonly<Record<string, string>>, programs: readonly string[] = []): Files {
  const inside = (directory: string) =>
    Object.keys(texts)
      .filter((path) => path.startsWith(`${directory}/`))
      .map((path) => path.slice(directory.length + 1).split('/')[0]!);
  return {
    read: (path) => (Object.hasOwn(texts, path) ? texts[path] : undefined),
    kindOf(given) {
      const path = given.replace(/\/$/, '');
      if (Object.hasOwn(texts, path)) return programs.includes(path) ? 'program' : 'file';
      return inside(path).length > 0 ? 'directory' : undefined;
    },
    list: (path) => [...new Set(inside(path))].sort(),
  };
}

/** Relative paths are from `cwd` on. */
export const onDisk = (cwd: string): Files => ({
  read: (path) => (kindOf(resolve(cwd, path)) === undefined ? undefined : readFileSync(resolve(cwd, path), 'utf8')),
  kindOf: (path) => kindOf(resolve(cwd, path)),
  list: (path) => list(resolve(cwd, path)),
});

/** An inventory of one text or of several files in /i, which is also the working directory. */
export function loadTexts(
  texts: Readonly<Record<string, string>> | string,
  more: Partial<Pick<InventorySources, 'names' | 'outputs'>> & { readonly programs?: readonly string[] } = {},
): LoadedInventory {
  const all = typeof texts === 'string' ? { 'hosts.yml': texts } : texts;
  return loadInventory({ names: [Object.keys(all)[0] ?? ''], files: inMemory(all, more.programs), cwd: '/i', ...more });
}
