// The inventories of the command line: files and programs become one Inventory, or every problem of them at once.
import { dirname, resolve } from 'node:path';
import { asText } from '../base/data.ts';
import { type Problem, UsageError, ValidationError } from '../base/errors.ts';
import { isError } from '../base/rules.ts';
import { isSecretName, secretReference } from '../base/secret_reference.ts';
import type { Files } from '../playbook/inventory/files.ts';
import { findPrograms, type LoadedInventory, loadInventory, type ProgramOutput, withFolders } from '../playbook/inventory/load.ts';
import type { Inventory } from '../playbook/inventory.ts';
import type { World } from './world.ts';

export interface InventoryOptions {
  readonly inventory: readonly string[];
  readonly limit?: string;
}

/** ms that a program may take to print its inventory. */
const PATIENCE = 60_000;

/** Of what a program said on stderr this many characters at its end are told. */
const MOST_TOLD = 500;

export interface FoundInventory extends LoadedInventory {
  /** the text of every file that was read, by its name */
  readonly sources: Map<string, string>;
}

/** Without running anything: programs are in `unread`. */
export function lookAtInventory(options: InventoryOptions, world: World, outputs?: ReadonlyMap<string, ProgramOutput>): FoundInventory {
  const { files, sources } = filesOf(world);
  const loaded = loadInventory({ names: options.inventory, files, cwd: world.cwd, outputs });
  markPasswords(loaded.inventory, world);
  return { ...loaded, sources };
}

/** For what needs hosts; with no inventory given, only localhost. Runs programs. Rejects with a ValidationError; warnings are counted on stderr. */
export async function readInventory(options: InventoryOptions, world: World): Promise<Inventory> {
  return checked(lookAtInventory(options, world, await runPrograms(options, world)), world);
}

/** The same inventory with what group_vars/ and host_vars/ beside a playbook say. Throws a ValidationError. */
export function besidePlaybook(inventory: Inventory, playbook: string, world: World): Inventory {
  return checked(lookBeside(inventory, playbook, world), world);
}

/** The same with its problems. */
export function lookBeside(
  inventory: Inventory,
  playbook: string,
  world: World,
): Pick<FoundInventory, 'inventory' | 'problems' | 'sources'> {
  const { files, sources } = filesOf(world);
  const found = withFolders(inventory, [dirname(playbook)], files);
  markPasswords(found.inventory, world);
  return { ...found, sources };
}

/** Those that are written where a reference could be: what is shown of the files must not show them. */
function markPasswords({ hosts, groups, folders }: Inventory, { secrets }: World): void {
  const inFolders = folders.flatMap((folder) => [...folder.groups.values(), ...folder.hosts.values()].flat());
  const owned = [...hosts.values(), ...groups.values()].flatMap(({ layers }) => layers);
  for (const { vars } of new Set([...owned, ...inFolders])) {
    for (const name of Object.keys(vars).filter(isSecretName)) secretReference(vars[name]) ?? secrets.mark(asText(vars[name]));
  }
}

function checked({ inventory, problems, sources }: Pick<FoundInventory, 'inventory' | 'problems' | 'sources'>, world: World): Inventory {
  if (problems.some(isError)) throw new ValidationError(problems, sources);
  countWarnings(problems, 'switchyard validate -i', world);
  return inventory;
}

/** On stderr, where there are any: `how` to see them. */
export function countWarnings(problems: readonly Problem[], how: string, world: World): void {
  const files = new Set(problems.map(({ position }) => position.file));
  const counted = problems.length === 1 ? `1 warning; ${how} tells it` : `${problems.length} warnings; ${how} tells them`;
  if (problems.length > 0) world.stderr(`warning: ${[...files].join(', ')}: ${counted}\n`);
}

async function runPrograms({ inventory: names }: InventoryOptions, world: World): Promise<ReadonlyMap<string, ProgramOutput>> {
  const programs = findPrograms(names, filesOf(world).files);
  if (programs.length === 0) return new Map();
  const { runProgram } = await import('../connections/program.ts');
  const { cwd, env, interrupt } = world;
  const run = async (name: string): Promise<readonly [string, ProgramOutput]> => {
    const end = await runProgram([resolve(cwd, name), '--list'], { cwd, env, timeout: PATIENCE, signal: interrupt.signal });
    return [name, 'output' in end ? end : { fault: `${end.fault}${quoted(end.stderr)}` }];
  };
  return new Map(await Promise.all(programs.map(run)));
}

const quoted = (stderr: string): string => (stderr.trim() === '' ? '' : `, and said: ${stderr.trim().slice(-MOST_TOLD)}`);

/** The pattern of --limit; `@file` in it stands for the patterns in the lines of a file. */
export function limitOf({ limit }: Pick<InventoryOptions, 'limit'>, world: World): string | undefined {
  return limit
    ?.split(',')
    .map((word) => (word.trim().startsWith('@') ? linesOf(word.trim().slice(1), world) : word))
    .join(',');
}

function linesOf(file: string, world: World): string {
  const text = readerOf(world)(file);
  if (text === undefined) throw new UsageError(`--limit @${file}: there is no such file`);
  const lines = text.split('\n').map((line) => line.trim());
  const patterns = lines.filter((line) => line !== '');
  if (patterns.length === 0) throw new UsageError(`--limit @${file}: the file names no host`);
  return patterns.join(',');
}

/** What to throw for a file that readerOf did not find. */
export function missingFile(file: string, { cwd, kindOf }: World): UsageError {
  return new UsageError(kindOf(resolve(cwd, file)) === 'directory' ? `${file} is a directory, not a file` : `there is no file ${file}`);
}

/** Undefined for a file that is not there; any other fault in reading is the user's to know. */
export function readerOf(world: World): (path: string) => string | undefined {
  return (path) => {
    try {
      return world.readFile(resolve(world.cwd, path));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined;
      throw new UsageError(message);
    }
  };
}

function filesOf(world: World): { readonly files: Files; readonly sources: Map<string, string> } {
  const sources = new Map<string, string>();
  const read = readerOf(world);
  const files: Files = {
    read(path) {
      const text = read(path);
      if (text !== undefined) sources.set(path, text);
      return text;
    },
    kindOf: (path) => world.kindOf(resolve(world.cwd, path)),
    list: (path) => world.list(resolve(world.cwd, path)),
  };
  return { files, sources };
}
