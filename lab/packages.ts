// What the lab needs of the machine's own package manager.
import { readFile } from 'node:fs/promises';
import { run } from './command.ts';
import { limit } from './pool.ts';

/** Debian, Ubuntu and what calls itself like one of them. */
export async function isDebian(): Promise<boolean> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(text);
}

// the package manager has one lock
const oneAtATime = limit(1);
let updated: Promise<string> | undefined;

export async function installPackages(names: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await oneAtATime(async () => {
    updated ??= run(['apt-get', 'update', '-qq'], { env });
    await updated;
    await run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names], { env });
  });
}
