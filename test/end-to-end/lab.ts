// Root hooks of the end-to-end tests: the lab is raised before the first one, with its hosts made anew, and taken away after the last.
// SWITCHYARD_KEEP_LAB=1 leaves it up, for whoever wants to look around.
import { spawnSync } from 'node:child_process';
import { root } from './switchyard.ts';

/** Runs a command of the lab; throws unless it ends well. */
export function lab(...args: string[]): void {
  const { status } = spawnSync(process.execPath, ['lab/cli.ts', ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm run lab -- ${args.join(' ')} ended with ${status}`);
}

export const mochaHooks = {
  beforeAll() {
    lab('up', '--fresh', '--hosts', '1', '--documents', '20000');
  },
  afterAll() {
    if (!process.env.SWITCHYARD_KEEP_LAB) lab('down');
  },
};
