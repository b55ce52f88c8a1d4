// What reading an inventory takes of a file system, and which files an inventory is made of.

/** Paths are as they were typed. */
export interface Files {
  /** undefined: there is no such file */
  read(path: string): string | undefined;
  /** `program`: a file that may be executed */
  kindOf(path: string): 'file' | 'program' | 'directory' | undefined;
  /** the names in a directory by the order of their bytes; empty where there is no directory */
  list(path: string): readonly string[];
}

/** One thing to be read: hosts between commas, or a file. `missing`: it is neither. */
export interface InventoryFile {
  readonly kind: 'hosts' | 'text' | 'program' | 'missing';
  readonly name: string;
}

/** What Ansible passes over in a directory of inventories. */
const IGNORED = /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:~|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry))$/;

/** What a word after -i stands for; a directory stands for all inventories in it, at any depth. */
export function inventoryFiles(name: string, files: Files): readonly InventoryFile[] {
  const kind = files.kindOf(name);
  if (kind === undefined) return [{ kind: name.includes(',') ? 'hosts' : 'missing', name }];
  if (kind === 'directory') {
    const directory = name.replace(/(.)\/+$/, '$1');
    return files
      .list(directory)
      .filter((entry) => !IGNORED.test(entry))
      .flatMap((entry) => inventoryFiles(`${directory}/${entry}`, files));
  }
  return [{ kind: kind === 'program' && isProgram(files.read(name) ?? '') ? 'program' : 'text', name }];
}

/** A text may be executable by chance: on some file systems everything is. */
const isProgram = (text: string): boolean => text.startsWith('#!') || text.startsWith('\x7fELF');
