// Root hooks of the end-to-end tests: the lab is raised before the first one, with its hosts made anew, and taken away after the last.
// SWITCHYARD_KEEP_LAB=1 leaves it up, for whoever wants to look around.
import { spawnSync } from 'node:child_process';
import { root } from './switchyard.ts';

/** Runs a command of the lab; throws unless it ends well. */
export function lab(...args: string[]): void {
  const { status } = spawnSync(process.execPath, ['lab/cli.ts', ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm run lab -- ${args.join(' ')} ended with ${status}`);
}

/** lab-1 is what most tests are about; the others are those of installations.test.ts. */
const KINDS = ['0.15', '0.13', '0.14', '0.15-relocated', '0.15-unified', '0.11-plain'];

export const mochaHooks = {
  beforeAll() {
    lab('up', '--fresh', '--release', KINDS.join(','), '--documents', '20000');
  },
  afterAll() {
    if (!process.env.SWITCHYARD_KEEP_LAB) lab('down');
  },
};
