// A directory of a test's own, and files in it.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface OwnDirectory {
  readonly directory: string;
  /** writes a file there, with the directories it lies in, and gives its name */
  readonly file: (name: string, text: string) => string;
}

export function ownDirectory(prefix: string): OwnDirectory {
  const directory = mkdtempSync(join(tmpdir(), prefix));
  return {
    directory,
    file: (name, text) => {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
      return name;
    },
  };
}
