// group_vars/ and host_vars/ of one directory: a file or a directory of files for each group and host, found as Ansible finds them.

import { withoutEchoes } from '../../base/echo.ts';
import type { Problem } from '../../base/errors.ts';
import { parseAnsibleYaml } from '../../base/yaml.ts';
import type { Layer, Vars, VarsFolder } from '../inventory.ts';
import { schemaProblems } from '../schema.ts';
import type { Files } from './files.ts';
import { UnknownVariables } from './variables.ts';

const EXTENSIONS = ['.yml', '.yaml', '.json'];

/** Whose variables are looked for. */
export interface Owners {
  readonly groups: Iterable<string>;
  readonly hosts: Iterable<string>;
}

/** Only files of these groups and hosts are read. Their faults come in `problems`. */
export function readVarsFolder(directory: string, owners: Owners, files: Files): VarsFolder & { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const reading = { files, problems, unknown: new UnknownVariables() };
  const read = (level: Layer['level'], names: Iterable<string>) => {
    const base = under(directory, `${level}_vars`);
    const entries = new Set(files.list(base));
    const found = new Map<string, readonly Layer[]>();
    for (const name of entries.size > 0 ? names : []) {
      const layers = varsFiles(base, name, { entries, files }).flatMap((file) => layerOf(file, { level, of: name }, reading));
      if (layers.length > 0) found.set(name, layers);
    }
    return found;
  };
  return { directory, groups: read('group', owners.groups), hosts: read('host', owners.hosts), problems };
}

export const under = (directory: string, name: string): string => (directory === '.' ? name : `${directory.replace(/\/$/, '')}/${name}`);

/** The first of NAME, NAME.yml, NAME.yaml, NAME.json; a directory stands for all that is in it. */
function varsFiles(
  base: string,
  name: string,
  { entries, files }: { readonly entries: ReadonlySet<string>; readonly files: Files },
): readonly string[] {
  const extension = ['', ...EXTENSIONS].find((one) => entries.has(name + one));
  if (extension === undefined) return [];
  const path = under(base, name + extension);
  return files.kindOf(path) === 'directory' ? filesIn(path, files) : [path];
}

/** Deeper directories too, but for those with a dot in their name; hidden files and what editors leave behind are passed over. */
function filesIn(directory: string, files: Files): readonly string[] {
  return files.list(directory).flatMap((name) => {
    if (name.startsWith('.') || name.endsWith('~')) return [];
    const path = under(directory, name);
    const extension = /.\.[^.]*$/.test(name) ? name.slice(name.lastIndexOf('.')) : '';
    if (files.kindOf(path) === 'directory') return extension === '' ? filesIn(path, files) : [];
    return extension === '' || EXTENSIONS.includes(extension) ? [path] : [];
  });
}

interface Reading {
  readonly files: Files;
  readonly problems: Problem[];
  readonly unknown: UnknownVariables;
}

function layerOf(file: string, owner: Pick<Layer, 'level' | 'of'>, { files, problems, unknown }: Reading): readonly Layer[] {
  const document = parseAnsibleYaml(files.read(file) ?? '', file);
  problems.push(...document.problems, ...document.remarks());
  if (document.value === null || document.value === undefined) return [];
  problems.push(...withoutEchoes(schemaProblems('inventory.json#/definitions/vars', document.value, document, []), [document]));
  if (typeof document.value !== 'object' || Array.isArray(document.value)) return [];
  const given = { vars: document.value as Vars, positionOf: (name: string) => document.positionOf([name], 'key') };
  problems.push(...unknown.problemsOf(given));
  return [{ ...owner, ...given }];
}
