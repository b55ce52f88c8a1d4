// The command line as a process, typed in a directory of its own that is the home directory, too.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { type OwnDirectory, ownDirectory } from './directory.ts';

const cli = resolve(import.meta.dirname, '../../src/cli.ts');

export interface Typed {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `run` types `switchyard` with these arguments. */
export function commandLine(): OwnDirectory & { readonly run: (...args: readonly string[]) => Typed } {
  const own = ownDirectory('switchyard-cli-');
  const { directory } = own;
  return {
    ...own,
    run: (...args) =>
      spawnSync(process.execPath, [cli, ...args], {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, HOME: directory, XDG_STATE_HOME: join(directory, 'state'), NO_COLOR: '1' },
        timeout: 60_000,
      }),
  };
}

/** A playbook of one stage over `hosts`; `steps` as the lines of a list. */
export function playbookOf(steps: string, { hosts = 'localhost', head = '' } = {}): string {
  return `apiVersion: switchyard/v1\nname: try\nhosts: ${hosts}\n${head}stages:\n  - name: one\n    steps:\n${steps.replace(/^/gm, '      ')}\n`;
}
