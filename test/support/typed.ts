// Command lines carried out in this process: from the words to the exit code as src/cli.ts does it, in a directory of their own.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Secrets } from '../../src/base/secret.ts';
import { glob, kindOf, list } from '../../src/cli/disk.ts';
import { tell } from '../../src/cli/failure.ts';
import { readTextFile } from '../../src/cli/file.ts';
import { dispatch } from '../../src/cli/program.ts';
import { createFile, requirePlace, saveFile, saveReport } from '../../src/cli/save.ts';
import type { Ask, World } from '../../src/commands/world.ts';
import { type OwnDirectory, ownDirectory } from './directory.ts';

export interface Circumstances {
  readonly version?: string;
  readonly ask?: Ask;
  readonly interrupt?: World['interrupt'];
  readonly stdin?: string;
  /** besides that of this process */
  readonly env?: NodeJS.ProcessEnv;
  /** epoch ms */
  readonly now?: () => number;
}

const NEVER: World['interrupt'] = { signal: new AbortController().signal, name: () => undefined, listen: () => {} };

export interface Told {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `type` carries out `switchyard` with these words. */
export function typist(): OwnDirectory & { readonly type: (words: readonly string[], circumstances?: Circumstances) => Promise<Told> } {
  const own = ownDirectory('switchyard-typed-');
  const { directory } = own;
  let runs = 0;
  return {
    ...own,
    type: async (words, circumstances = {}) => {
      const told = { stdout: '', stderr: '' };
      const world = worldIn(directory, told, { ...circumstances, run: ++runs });
      const exit = await dispatch(['node', 'switchyard', ...words], world.version, async (action, options, args) => {
        try {
          return await action(world, options, args);
        } catch (error) {
          return tell(error, world);
        }
      });
      return { exit, ...told };
    },
  };
}

function worldIn(
  directory: string,
  told: { stdout: string; stderr: string },
  { version = '0.1.0', ask, stdin = '', env = {}, interrupt = NEVER, now = Date.now, run }: Circumstances & { readonly run: number },
): World {
  const secrets = new Secrets();
  return {
    version,
    cwd: directory,
    env: { ...process.env, HOME: directory, XDG_STATE_HOME: join(directory, 'state'), ...env },
    home: directory,
    who: 'me@here',
    user: userInfo().username,
    stdout: (text) => {
      told.stdout += secrets.mask(text);
    },
    stderr: (text) => {
      told.stderr += secrets.mask(text);
    },
    screen: { isTerminal: false, columns: 80, rows: 24, color: false },
    ask,
    secrets,
    interrupt,
    now,
    wait: async () => {},
    random: () => run.toString(16).padStart(4, '0'),
    readFile: readTextFile,
    readStdin: () => stdin,
    kindOf,
    list,
    glob,
    requirePlace,
    saveFile,
    saveReport,
    createFile,
  };
}
