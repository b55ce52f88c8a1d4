// From the words after -i to an inventory, or to every fault of every file: what format a file has, and what stands beside it.
import { dirname, normalize, resolve } from 'node:path';
import { isMap } from '../../base/data.ts';
import { withoutDoubts } from '../../base/echo.ts';
import type { Position, Problem } from '../../base/errors.ts';
import { isError } from '../../base/rules.ts';
import { parseAnsibleYaml, type YamlDocument } from '../../base/yaml.ts';
import type { Inventory } from '../inventory.ts';
import { Collector, type Source } from './collector.ts';
import { type Files, type InventoryFile, inventoryFiles } from './files.ts';
import { readVarsFolder } from './folder.ts';
import { readHostPattern } from './host_pattern.ts';
import { readIniInventory } from './ini.ts';
import { readProgramInventory } from './program.ts';
import { readYamlInventory } from './yaml.ts';

/** What a program printed, or why there is nothing of it, as the rest of a sentence about it. */
export type ProgramOutput = { readonly output: string } | { readonly fault: string };

export interface InventorySources {
  /** absolute or relative to the working directory, or `host1,host2` */
  readonly names: readonly string[];
  readonly files: Files;
  readonly cwd: string;
  /** by the name of the file; a program that is not in it was not run */
  readonly outputs?: ReadonlyMap<string, ProgramOutput>;
}

export interface LoadedInventory {
  readonly inventory: Inventory;
  readonly problems: readonly Problem[];
  /** programs whose hosts are not in the inventory, as they were not run */
  readonly unread: readonly string[];
}

/** The programs among the inventories: what they print is to be given to loadInventory. */
export function findPrograms(names: readonly string[], files: Files): readonly string[] {
  return names
    .flatMap((name) => inventoryFiles(name, files))
    .filter(({ kind }) => kind === 'program')
    .map(({ name }) => name);
}

/** Reads all of them as one inventory; later ones win. */
export function loadInventory(sources: InventorySources): LoadedInventory {
  const { names, files, outputs } = sources;
  const collector = new Collector();
  const unread: string[] = [];
  for (const file of names.flatMap((name) => inventoryFiles(name, files))) {
    if (file.kind === 'program' && !outputs?.has(file.name)) unread.push(file.name);
    else readOne(file, sources, collector);
  }
  const found = collector.inventory();
  const directories = names.flatMap((name) => directoryOf(name, files) ?? []);
  const loaded = withFolders({ ...found, folders: [] }, directories, files);
  return { inventory: loaded.inventory, problems: withoutDoubts([...collector.problems, ...loaded.problems]), unread };
}

/** The inventory with what group_vars/ and host_vars/ of these directories say; they win over those it has. */
export function withFolders(
  inventory: Inventory,
  directories: readonly string[],
  files: Files,
): { readonly inventory: Inventory; readonly problems: readonly Problem[] } {
  const owners = { groups: [...inventory.groups.keys()], hosts: [...inventory.hosts.keys()] };
  const last = [...new Set(directories.toReversed())].toReversed();
  const read = last.map((directory) => readVarsFolder(directory, owners, files));
  const others = inventory.folders.filter(({ directory }) => !last.includes(directory));
  return { inventory: { ...inventory, folders: [...others, ...read] }, problems: read.flatMap(({ problems }) => problems) };
}

/** Where group_vars/ and host_vars/ stand. */
function directoryOf(name: string, files: Files): string | undefined {
  const kind = files.kindOf(name);
  if (kind === undefined) return undefined;
  return normalize(kind === 'directory' ? name : dirname(name)).replace(/(.)\/$/, '$1');
}

/** A file that is to be read, and where what it says goes. */
interface Reading {
  readonly source: Source;
  readonly collector: Collector;
}

const GIVE = 'give a file, a directory of files, or hosts with a comma: -i host1,';

function readOne({ kind, name }: InventoryFile, { files, cwd, outputs }: InventorySources, collector: Collector): void {
  const file = resolve(cwd, name);
  const reading = { source: { name, file, directory: dirname(file) }, collector };
  if (kind === 'hosts') readHostList(name, collector);
  else if (kind === 'text') readText(files.read(name) ?? '', reading);
  else if (kind === 'program') readProgram(outputs!.get(name)!, reading);
  else report(reading, { rule: 'inventory-missing', message: `there is no inventory ${name}`, hint: GIVE });
}

function readHostList(name: string, collector: Collector): void {
  const source = { name, file: undefined, directory: undefined };
  const words = name.split(',').map((word) => word.trim());
  for (const word of words.filter((one) => one !== '')) {
    const found = readHostPattern(word);
    if ('fault' in found) report({ source, collector }, { rule: 'inventory-range', message: `${word} ${found.fault}` });
    else for (const host of found.hosts) collector.addHost(host, 'ungrouped', { source, place: () => startOf(name), port: found.port });
  }
}

function readProgram(program: ProgramOutput, reading: Reading): void {
  if ('output' in program) readProgramInventory(program.output, reading.source, reading.collector);
  else report(reading, { rule: 'inventory-program', message: `${reading.source.name} --list ${program.fault}` });
}

/** Ahead of comments: the mark of a document, a group with nothing but its colon, a vault. */
const LOOKS_LIKE_YAML = /^(?:\s*(?:#.*)?\n)*(?:---|\w+:\s*\n|\$ANSIBLE_VAULT;)/;

/** By the extension; without one a map is an inventory of YAML and anything else one of INI. */
function readText(text: string, reading: Reading): void {
  const { source, collector } = reading;
  const extension = /[^/]\.([^./]*)$/.exec(source.name)?.[1];
  if (text.startsWith('#!'))
    return void report(reading, {
      rule: 'inventory-program',
      message: 'this begins as a program does, and may not be executed',
      hint: CHMOD,
    });
  if (extension === 'toml')
    return void report(reading, { rule: 'inventory-format', message: 'inventories of TOML are not read', hint: WRITE_YAML });
  if (extension !== undefined && !['yml', 'yaml', 'json'].includes(extension)) return void readIniInventory(text, source, collector);
  const document = parseAnsibleYaml(text, source.name);
  const isYaml = extension !== undefined || (isMap(document.value) && !document.problems.some(isError)) || LOOKS_LIKE_YAML.test(text);
  if (isYaml) readDocument(document, reading);
  else readIniInventory(text, source, collector);
}

function readDocument(document: YamlDocument, { source, collector }: Reading): void {
  collector.problems.push(...document.problems, ...document.remarks());
  if (!isMap(document.value) || !('plugin' in document.value)) return void readYamlInventory(document, source, collector);
  const position = document.positionOf(['plugin'], 'key');
  const message = "this asks for a plugin of Ansible's, which the runner does not have";
  collector.report({ rule: 'inventory-format', position, message, hint: WRITE_YAML });
}

const CHMOD = 'chmod +x makes it one whose output is the inventory';
const WRITE_YAML = 'ansible-inventory -i FILE --list --yaml writes the same as YAML';

type Fault = Pick<Problem, 'rule' | 'message' | 'hint'>;

function report({ source, collector }: Reading, fault: Fault): void {
  collector.report({ ...fault, position: startOf(source.name) });
}

const startOf = (file: string): Position => ({ file, line: 1, column: 1, endLine: 1, endColumn: 1 });
