// `lab up`: from nothing, or from whatever is left of an earlier run, to running hosts. Repeating it changes nothing.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeFile } from './compose.ts';
import type { Docker } from './docker.ts';
import { findEngine, raiseMapCount, startEngine } from './engine.ts';
import { containerOf, findPort, installTrains, type Place, removeHost, startHost, waitForTrains } from './host.ts';
import { Builder, registryAnswers } from './images.ts';
import { inventoryFile, knownHostLines } from './inventory.ts';
import { INSTALLATIONS, type Kind } from './kinds.ts';
import { ensureNetwork } from './network.ts';
import { limit } from './pool.ts';
import type { Progress } from './progress.ts';
import { publishFile, publishImage, type Registry, startRegistry } from './registry.ts';
import { seedHost } from './seed.ts';
import { BUILDS, NEWEST_BUILD, PREFIX, RUN_DIR } from './settings.ts';
import { type HostState, readState, rememberHost, writeRunFile, writeState } from './state.ts';
import { describeHost } from './status.ts';

export interface UpOptions {
  /** Without a number: as many as there are already or as kinds are named, and one where there is neither. */
  readonly hosts: number | undefined;
  readonly documents: number;
  /** Of the first host, the second ..., the last one of all that follow; 0.15 where none is named. */
  readonly kinds: readonly Kind[];
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

  const wanted = wantedHosts(options, (await readState()).hosts);
  await dropSurplus(docker, wanted, { fresh: options.fresh, progress });
  await nameOthers(wanted, options, progress);
  const registry = await progress.phase('images and registry', () => provideImages(docker, builder, wanted));
  const image = await builder.tag('host');
  const publicKey = await ensureKeys(docker, image);
  const slot = limit(2);
  await assignPorts(docker, wanted);
  await Promise.all(
    wanted.map(({ number }) => slot(() => provideHost(docker, number, { place: { image, registry, publicKey }, options, progress }))),
  );
  await writeConnection(docker);
  progress.say(`up after ${progress.seconds()} s:`);
  for (const host of (await readState()).hosts) progress.say(`  ${await describeHost(docker, host)}`);
  progress.say('  inventory: lab/.run/inventory.yml; a shell on a host: npm run lab -- ssh; throw all away: npm run lab -- down');
}

interface Wanted {
  readonly number: number;
  readonly kind: Kind;
}

/** The hosts there are to be. What is up is never fewer for kinds that were named, unless it is thrown away anyhow. */
export function wantedHosts({ hosts, kinds, fresh }: Omit<UpOptions, 'documents'>, existing: readonly HostState[]): Wanted[] {
  const kept = fresh && kinds.length > 0 ? 0 : Math.max(0, ...existing.map(({ number }) => number));
  const length = hosts ?? Math.max(1, kinds.length, kept);
  return Array.from({ length }, (_, i) => ({ number: i + 1, kind: kinds[i] ?? kinds.at(-1) ?? '0.15' }));
}

/** Removes hosts that are too many or, with --fresh, all. */
async function dropSurplus(
  docker: Docker,
  wanted: readonly Wanted[],
  { fresh, progress }: { fresh: boolean; progress: Progress },
): Promise<void> {
  const existing = (await docker.names('container', `${PREFIX}-`)).flatMap((name) => /-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  const { hosts } = await readState();
  // hosts whose keys and ports were lost with lab/.run are of no use
  const unknown = existing.filter((number) => !hosts.some((host) => host.number === number));
  const surplus = [...hosts.map(({ number }) => number), ...unknown].filter(
    (number) => fresh || number > wanted.length || unknown.includes(number),
  );
  if (surplus.length === 0) return;
  await progress.phase(`remove ${surplus.map((number) => `lab-${number}`).join(', ')}`, async () => {
    for (const number of surplus) await removeHost(docker, { number });
    await writeState({ hosts: hosts.filter(({ number }) => !surplus.includes(number)) });
  });
}

/** Says which hosts are of another kind than was named: they stay as they are. */
async function nameOthers(wanted: readonly Wanted[], { kinds }: UpOptions, progress: Progress): Promise<void> {
  if (kinds.length === 0) return;
  for (const { number, kind } of (await readState()).hosts) {
    if (wanted[number - 1]?.kind === kind) continue;
    const anew = `up --fresh --hosts ${wanted.length} --release ${kinds.join(',')}`;
    progress.say(`lab-${number} was made as ${kind} and stays so; to make all hosts anew: npm run lab -- ${anew}`);
  }
}

async function provideImages(docker: Docker, builder: Builder, wanted: readonly Wanted[]): Promise<Registry> {
  const subnet = await ensureNetwork(docker);
  const registry = await startRegistry(docker, await builder.tag('registry'), subnet);
  // 0.15 always: with its compose file it is how a server that was started by hand comes under compose
  const builds = new Set([NEWEST_BUILD, ...wanted.map(({ kind }) => BUILDS[INSTALLATIONS[kind].release])]);
  const names = [
    'elasticsearch-5.6.16',
    'elasticsearch-7.6.2',
    'mongo',
    'redis',
    'agent',
    ...[...builds].map((build) => `trains-${build}`),
  ];
  const push = limit(3);
  const files = 'raw.githubusercontent.com/allegroai/trains-server';
  await Promise.all([
    builder.tag('host'),
    ...names.map((name) => push(() => publishImage(docker, builder, name))),
    publishFile(docker, `${files}/0.11.0/docker-compose.yml`, composeFile('0.11')),
    publishFile(docker, `${files}/0.16.1/docker-compose.yml`, composeFile('0.16')),
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
async function assignPorts(docker: Docker, wanted: readonly Wanted[]): Promise<void> {
  const { hosts } = await readState();
  const taken = hosts.map(({ port }) => port);
  for (const { number, kind } of wanted.filter((one) => !hosts.some((host) => host.number === one.number))) {
    // a container without a state is the rest of an `up` that was interrupted
    await removeHost(docker, { number });
    const port = await findPort(22_000 + number, taken);
    taken.push(port);
    await rememberHost({ number, port, kind, documents: 0 });
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
    if (!isRunning) await progress.phase(`${name} answers`, () => settle(docker, host));
    return;
  }
  await progress.phase(`${name} pulls and starts Trains ${host.kind}`, () => installTrains(docker, number, host.kind));
  await progress.phase(`${name} answers`, async () => `server.info says ${await waitForTrains(docker, host)}`);
  if (options.documents === 0) return;
  const seeded = await progress.phase(`${name} seeded with ${options.documents} documents`, () =>
    seedHost(docker, host, options.documents),
  );
  await rememberHost(seeded);
}

/** After a start of the machine the server comes back by itself, if it was running: waits for it, but does not insist. */
async function settle(docker: Docker, host: HostState): Promise<string> {
  if (!(await isInstalledOn(docker, host.number))) return 'nothing is to come back by itself';
  return waitForTrains(docker, host, 60).catch((error: Error) => error.message);
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
