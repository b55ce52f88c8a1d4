// switchyard schema: the JSON Schemas for editors and for CI, on stdout or as files.
import { join, resolve } from 'node:path';
import { messageOf, UsageError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { didYouMean } from '../base/nearest.ts';
import { bundled, bundleNames } from '../playbook/bundle.ts';
import type { World } from './world.ts';

export interface SchemaOptions {
  /** a directory */
  readonly write?: string;
}

/** Rejects with a UsageError where there is no such schema, and where a file to be written is somebody else's: nothing is written then. */
export async function schema(name: string | undefined, { write }: SchemaOptions, world: World): Promise<number> {
  if (write === undefined) world.stdout(bundled(fileOf(name ?? 'playbook')));
  else writeAll(write, name === undefined ? [...bundleNames().values()] : [fileOf(name)], world);
  return EXIT.ok;
}

function fileOf(name: string): string {
  const names = bundleNames();
  const file = names.get(name);
  if (file !== undefined) return file;
  throw new UsageError(`there is no schema ${name}; ${didYouMean(name, names.keys()) ?? `one of ${[...names.keys()].join(', ')}`}`);
}

function writeAll(directory: string, files: readonly string[], world: World): void {
  const texts = files.map((file) => ({ path: join(directory, file), text: bundled(file) }));
  const known = texts.map(({ path, text }) => stateOf(path, text, world));
  for (const [i, { path, text }] of texts.entries()) {
    if (known[i] === 'written') world.createFile(resolve(world.cwd, path), text);
    if (known[i] === 'replaced') world.saveFile(resolve(world.cwd, path), text, 0o644);
    world.stdout(`${path}: ${known[i]}\n`);
  }
}

type State = 'written' | 'replaced' | 'as it was';

/** Only a schema of the same title, which an earlier version wrote, is replaced. */
function stateOf(path: string, text: string, { cwd, readFile }: World): State {
  let there: string;
  try {
    there = readFile(resolve(cwd, path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'written';
    throw new UsageError(messageOf(error));
  }
  if (there === text) return 'as it was';
  if (titleOf(there) === titleOf(text)) return 'replaced';
  throw new UsageError(`${path} is there and is no schema of switchyard; nothing was written`);
}

function titleOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { title?: unknown } | null)?.title ?? '';
  } catch {
    return undefined; // no JSON
  }
}
