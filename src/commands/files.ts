// Which files the command line names: names, globs that no shell has expanded, and - for stdin; and by which names CI servers know them.
import { join, relative, resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { World } from './world.ts';

/** As a name: the text comes from stdin. */
export const STDIN = '-';

/** Every file once, in the order given, those of a glob by name. Throws a UsageError for a directory, and for a glob that no file fits. */
export function expandFiles(given: readonly string[], world: World): readonly string[] {
  const names = given.flatMap((name) => expand(name, world));
  const paths = names.map((name) => (name === STDIN ? name : resolve(world.cwd, name)));
  return names.filter((_name, i) => paths.indexOf(paths[i]!) === i);
}

function expand(name: string, { cwd, kindOf, glob }: World): readonly string[] {
  const kind = name === STDIN ? 'file' : kindOf(resolve(cwd, name));
  if (kind === 'directory') throw new UsageError(`${name} is a directory; name its files, as in "${join(name, '**/*.yml')}"`);
  if (kind !== undefined || !/[*?[{]/.test(name)) return [name]; // a file may have such a name
  const files = glob(name, cwd).filter((path) => !['directory', undefined].includes(kindOf(resolve(cwd, path))));
  if (files.length === 0) throw new UsageError(`no file fits ${name}`);
  return files;
}

/** Names of files from the root of the checkout that a CI server tells of, else from the working directory; absolute for those outside of it. */
export function checkoutNames({ cwd, env }: Pick<World, 'cwd' | 'env'>): (file: string) => string {
  const root = env.GITHUB_WORKSPACE || env.CI_PROJECT_DIR || cwd;
  return (file) => {
    const path = resolve(cwd, file);
    const name = relative(root, path);
    return name.startsWith('..') ? path : name;
  };
}
