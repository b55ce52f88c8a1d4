// `lab up`: from nothing, or from whatever is left of an earlier run, to running hosts. Repeating it changes nothing.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeFile } from './compose.ts';
import type { Docker } from './docker.ts';
import { findEngine, raiseMapCount, startEngine } from './engine.ts';
import { containerOf, findPort, installTrains, type Place, removeHost, startHost, waitForTrains } from './host.ts';
import { Builder, registryAnswers } from './images.ts';
import { inventoryFile, knownHostLines } from './inventory.ts';
import { ensureNetwork } from './network.ts';
import { limit } from './pool.ts';
import type { Progress } from './progress.ts';
import { publishFile, publishImage, type Registry, startRegistry } from './registry.ts';
import { seedHost } from './seed.ts';
import { BUILDS, NEWEST_BUILD, PREFIX, type Release, RUN_DIR } from './settings.ts';
import { readState, rememberHost, writeRunFile, writeState } from './state.ts';
import { describeHost } from './status.ts';

export interface UpOptions {
  /** Without a number: as many as there are already, and one where there is none. */
  readonly hosts: number | undefined;
  readonly documents: number;
  readonly release: Release;
  /** Throw the hosts away first, and keep images and registry. */
  readonly fresh: boolean;
}

export async function up(options: UpOptions, progress: Progress): Promise<void> {
  const online = registryAnswers();
  const found = await findEngine();
  await raiseMapCount(progress);
  const starting = found ? Promise.resolve(found) : progress.phase('Docker Engine', () => startEngine(progress));
  const builder = new Builder(
    starting.then(({ docker }) => docker),
    await online,
    progress,
  );
  // on a machine without an engine nothing can be there yet: the base system and the jars are made while it is installed
  if (!found) builder.prepareIfEmpty();
  const { docker } = await starting;

  const wanted = options.hosts ?? Math.max(1, ...(await readState()).hosts.map(({ number }) => number));
  await dropSurplus(docker, { ...options, hosts: wanted }, progress);
  const registry = await progress.phase('images and registry', () => provideImages(docker, builder, options.release));
  const image = await builder.tag('host');
  const publicKey = await ensureKeys(docker, image);
  const slot = limit(2);
  const numbers = Array.from({ length: wanted }, (_, i) => i + 1);
  await assignPorts(docker, numbers, options.release);
  await Promise.all(
    numbers.map((number) => slot(() => provideHost(docker, number, { place: { image, registry, publicKey }, options, progress }))),
  );
  await writeConnection(docker);
  progress.say(`up after ${progress.seconds()} s:`);
  for (const host of (await readState()).hosts) progress.say(`  ${await describeHost(docker, host)}`);
  progress.say('  inventory: lab/.run/inventory.yml; a shell on a host: npm run lab -- ssh; throw all away: npm run lab -- down');
}

/** Removes hosts that are too many or, with --fresh, all; a host of another release is only named. */
async function dropSurplus(docker: Docker, options: UpOptions & { readonly hosts: number }, progress: Progress): Promise<void> {
  const existing = (await docker.names('container', `${PREFIX}-`)).flatMap((name) => /-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  const { hosts } = await readState();
  // hosts whose keys and ports were lost with lab/.run are of no use
  const unknown = existing.filter((number) => !hosts.some((host) => host.number === number));
  const surplus = [...hosts.map(({ number }) => number), ...unknown].filter(
    (number) => options.fresh || number > options.hosts || unknown.includes(number),
  );
  if (surplus.length > 0) {
    await progress.phase(`remove ${surplus.map((number) => `lab-${number}`).join(', ')}`, async () => {
      for (const number of surplus) await removeHost(docker, { number });
      await writeState({ hosts: hosts.filter(({ number }) => !surplus.includes(number)) });
    });
  }
  for (const host of (await readState()).hosts.filter(({ release }) => release !== options.release)) {
    progress.say(
      `lab-${host.number} was made with ${host.release} and stays so; for ${options.release}: npm run lab -- up --fresh --release ${options.release}`,
    );
  }
}

async function provideImages(docker: Docker, builder: Builder, release: Release): Promise<Registry> {
  const subnet = await ensureNetwork(docker);
  const registry = await startRegistry(docker, await builder.tag('registry'), subnet);
  const elasticsearch = ['elasticsearch-5.6.16', 'elasticsearch-7.6.2'];
  const names = [...elasticsearch, 'mongo', 'redis', `trains-${NEWEST_BUILD}`, `trains-${BUILDS[release]}`, 'agent'];
  const push = limit(3);
  const compose = composeFile('0.16');
  await Promise.all([
    builder.tag('host'),
    ...names.map((name) => push(() => publishImage(docker, builder, name))),
    publishFile(docker, 'raw.githubusercontent.com/allegroai/trains-server/0.16.1/docker-compose.yml', compose),
  ]);
  return registry;
}

/** The key to log in with: made once, by the ssh-keygen in the host image, so that the machine needs none. */
async function ensureKeys(docker: Docker, image: string): Promise<string> {
  const file = join(RUN_DIR, 'id_ed25519');
  const known = await readFile(`${file}.pub`, 'utf8').catch(() => undefined);
  if (known !== undefined) return known;
  await mkdir(RUN_DIR, { recursive: true });
  const make = 'ssh-keygen -q -t ed25519 -N "" -C switchyard-lab -f /tmp/key && cat /tmp/key.pub /tmp/key';
  const text = await docker.run(['run', '--rm', '--network', 'none', '--entrypoint', 'sh', image, '-c', make]);
  const [publicKey, ...rest] = text.split('\n');
  await writeRunFile('id_ed25519', rest.join('\n'), 0o600);
  await writeRunFile('id_ed25519.pub', `${publicKey}\n`);
  return publicKey!;
}

/** Before the hosts are made side by side, so that no two get the same port. */
async function assignPorts(docker: Docker, numbers: readonly number[], release: Release): Promise<void> {
  const { hosts } = await readState();
  const taken = hosts.map(({ port }) => port);
  for (const number of numbers.filter((one) => !hosts.some((host) => host.number === one))) {
    // a container without a state is the rest of an `up` that was interrupted
    await removeHost(docker, { number });
    const port = await findPort(22_000 + number, taken);
    taken.push(port);
    await rememberHost({ number, port, release, documents: 0 });
  }
}

interface Provision {
  readonly place: Place;
  readonly options: UpOptions;
  readonly progress: Progress;
}

async function provideHost(docker: Docker, number: number, { place, options, progress }: Provision): Promise<void> {
  const name = `lab-${number}`;
  const host = (await readState()).hosts.find((one) => one.number === number)!;
  const running = await docker.try(['inspect', '--format', '{{.State.Running}}', containerOf(number)]);
  const isRunning = running.stdout.trim() === 'true';
  // an `up` that was interrupted may have left a host half set up: until it is seeded everything is done again
  if (!isRunning || host.documents === 0) await progress.phase(`${name} starts`, () => startHost(docker, host, place));
  // once seeded the host is the user's: it may be half-way through an upgrade, and only they know what it should run
  if (host.documents > 0 || (options.documents === 0 && (await isInstalledOn(docker, number)))) {
    if (!isRunning) await progress.phase(`${name} answers`, () => settle(docker, number));
    return;
  }
  await progress.phase(`${name} pulls and starts Trains ${host.release}`, () => installTrains(docker, number, host.release));
  await progress.phase(`${name} answers`, async () => `server.info says ${await waitForTrains(docker, number)}`);
  if (options.documents === 0) return;
  const seeded = await progress.phase(`${name} seeded with ${options.documents} documents`, () =>
    seedHost(docker, host, options.documents),
  );
  await rememberHost(seeded);
}

/** After a start of the machine the server comes back by itself, if it was running: waits for it, but does not insist. */
async function settle(docker: Docker, number: number): Promise<string> {
  if (!(await isInstalledOn(docker, number))) return 'nothing is to come back by itself';
  return waitForTrains(docker, number, 60).catch((error: Error) => error.message);
}

async function isInstalledOn(docker: Docker, number: number): Promise<boolean> {
  const { stdout } = await docker.try(['exec', containerOf(number), 'docker', 'ps', '-q']);
  return stdout.trim() !== '';
}

async function writeConnection(docker: Docker): Promise<void> {
  const { hosts } = await readState();
  const lines: string[] = [];
  for (const { number, port } of hosts) {
    lines.push(...knownHostLines(port, await docker.script(containerOf(number), 'cat /etc/ssh/ssh_host_*_key.pub')));
  }
  await writeRunFile('known_hosts', `${lines.join('\n')}\n`);
  await writeRunFile('inventory.yml', inventoryFile(hosts));
}
