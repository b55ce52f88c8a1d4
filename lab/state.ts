// What the lab remembers about what is up: lab/.run/state.json.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kind } from './kinds.ts';
import { limit } from './pool.ts';
import { RUN_DIR } from './settings.ts';

export interface HostState {
  readonly number: number;
  readonly port: number;
  /** What it was installed as; it may have been upgraded since. */
  readonly kind: Kind;
  /** How many documents were seeded; also where the next seed goes on. */
  readonly documents: number;
}

export interface State {
  readonly hosts: readonly HostState[];
}

export async function readState(): Promise<State> {
  const text = await readFile(join(RUN_DIR, 'state.json'), 'utf8').catch(() => undefined);
  return text === undefined ? { hosts: [] } : (JSON.parse(text) as State);
}

export async function writeState(state: State): Promise<void> {
  await writeRunFile('state.json', `${JSON.stringify(state, undefined, 2)}\n`);
}

// hosts come up side by side, and each adds itself to the one file
const oneAtATime = limit(1);

export async function rememberHost(host: HostState): Promise<void> {
  await oneAtATime(async () => {
    const { hosts } = await readState();
    await writeState({ hosts: [...hosts.filter(({ number }) => number !== host.number), host].sort((a, b) => a.number - b.number) });
  });
}

/** Written aside and renamed: others read these files while the lab comes up. */
export async function writeRunFile(name: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(RUN_DIR, { recursive: true });
  await writeFile(join(RUN_DIR, `${name}.new`), text, { mode });
  await rename(join(RUN_DIR, `${name}.new`), join(RUN_DIR, name));
}
