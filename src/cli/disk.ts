// The disk as commands see it: what stands at a path, and what stands in a directory.
import { accessSync, constants, globSync, readdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { World } from '../commands/world.ts';

/** What cannot be looked at for another reason than that it is not there is thrown. */
export const kindOf: World['kindOf'] = (path) => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (found.isDirectory()) return 'directory';
  return isExecutable(path) ? 'program' : 'file';
};

export const list: World['list'] = (path) => (statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path).sort() : []);

/** Not looked into by patterns that do not name them. */
const PASSED_OVER = ['node_modules', '.git'];

export const glob: World['glob'] = (pattern, directory) => {
  const passedOver = PASSED_OVER.filter((name) => !pattern.includes(name));
  return globSync(pattern, { cwd: directory, exclude: (path) => passedOver.includes(basename(path)) }).sort();
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
