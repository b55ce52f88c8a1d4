// npm run lab -- up|down|status|ssh|seed: arguments in, exit code out.
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import { down } from './down.ts';
import { findEngine } from './engine.ts';
import { LabError, UsageError } from './errors.ts';
import { alone } from './lock.ts';
import { Progress } from './progress.ts';
import { seedHost } from './seed.ts';
import { PREFIX, RUN_DIR } from './settings.ts';
import { type HostState, readState, rememberHost } from './state.ts';
import { describeHost } from './status.ts';
import { up } from './up.ts';

async function main(parsed: Arguments): Promise<number> {
  const progress = new Progress();
  switch (parsed.command) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'up':
      await changing(() => up(parsed, progress), progress);
      return 0;
    case 'down':
      await changing(() => down(parsed, progress), progress);
      return 0;
    case 'status':
      return await status();
    case 'seed':
      await changing(() => seed(parsed, progress), progress);
      return 0;
    case 'ssh':
      return await ssh(parsed);
  }
}

/** The lock lies beside all checkouts, as the lab does; a cold start takes minutes, so a second command waits for ten. */
function changing(work: () => Promise<void>, progress: Progress): Promise<void> {
  return alone(work, { file: join(tmpdir(), `${PREFIX}.lock`), seconds: 600, say: (text) => progress.say(text) });
}

async function status(): Promise<number> {
  const engine = await findEngine();
  const { hosts } = await readState();
  if (!engine || hosts.length === 0) {
    process.stdout.write('the lab is down; next: npm run lab -- up\n');
    return 1;
  }
  for (const host of hosts) process.stdout.write(`${await describeHost(engine.docker, host)}\n`);
  return 0;
}

async function seed({ documents, host }: { documents: number; host: number | undefined }, progress: Progress): Promise<void> {
  const engine = await findEngine();
  const hosts = await findHosts(host);
  if (!engine) throw new LabError('the lab is down; next: npm run lab -- up');
  for (const one of hosts) {
    const seeded = await progress.phase(`lab-${one.number}: ${documents} documents more`, () => seedHost(engine.docker, one, documents));
    await rememberHost(seeded);
  }
}

async function ssh({ host, words }: { host: number | undefined; words: readonly string[] }): Promise<number> {
  const [{ port }] = (await findHosts(host ?? 1)) as [HostState];
  const options = [
    '-i',
    join(RUN_DIR, 'id_ed25519'),
    '-o',
    `UserKnownHostsFile=${join(RUN_DIR, 'known_hosts')}`,
    '-o',
    'IdentitiesOnly=yes',
  ];
  const { status, error } = spawnSync('ssh', [...options, '-p', String(port), 'root@127.0.0.1', ...words], { stdio: 'inherit' });
  if (error) throw new UsageError(`the program ssh is needed: ${error.message}`);
  return status ?? 1;
}

async function findHosts(number: number | undefined): Promise<readonly HostState[]> {
  const { hosts } = await readState();
  const found = hosts.filter((host) => number === undefined || host.number === number);
  if (found.length > 0) return found;
  if (hosts.length === 0) throw new LabError('the lab is down; next: npm run lab -- up');
  throw new UsageError(`there is no lab-${number}; there is ${hosts.map((host) => `lab-${host.number}`).join(', ')}`);
}

try {
  process.exitCode = await main(parseArguments(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof LabError)) throw error;
  process.stderr.write(`lab: ${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
