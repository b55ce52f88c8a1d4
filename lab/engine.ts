// The Docker Engine the lab runs on: one that is there and answers, or a private one that is installed and started for the lab.
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isInstalled, run, tryRun } from './command.ts';
import { Docker } from './docker.ts';
import { LabError, UsageError } from './errors.ts';
import { installPackages, isDebian } from './packages.ts';
import type { Progress } from './progress.ts';
import { CACHE_DIR, VOLATILE_DIR } from './settings.ts';

export const ENGINE_DIR = join(CACHE_DIR, 'engine');
const SOCKET = `${VOLATILE_DIR}/docker.sock`;
const PID_FILE = `${VOLATILE_DIR}/docker.pid`;
const LOG = join(CACHE_DIR, 'dockerd.log');
const KERNEL_FILE = join(CACHE_DIR, 'kernel.json');
const MAP_COUNT = '/proc/sys/vm/max_map_count';
const IP_FORWARD = '/proc/sys/net/ipv4/ip_forward';

export interface Engine {
  readonly docker: Docker;
  readonly isPrivate: boolean;
}

/** The engine if one is up, without starting anything. */
export async function findEngine(): Promise<Engine | undefined> {
  const own = new Docker(`unix://${SOCKET}`);
  if (existsSync(SOCKET) && (await own.answers())) return { docker: own, isPrivate: true };
  const found = new Docker();
  // an own engine that was stopped or killed has the images and volumes: it is started again rather than exchanged for another
  if (!existsSync(ENGINE_DIR) && (await found.answers())) return { docker: found, isPrivate: false };
  return undefined;
}

/** Starts the private engine, installing it first where it is not; ends with a usage error where that is not possible. */
export async function startEngine(progress: Progress): Promise<Engine> {
  if (!(await isDebian()) || process.getuid?.() !== 0) {
    throw new UsageError('a Docker Engine that answers is needed (docker info); as root on Debian or Ubuntu the lab brings its own');
  }
  const missing = [...((await isInstalled('dockerd')) ? [] : ['docker.io']), ...((await isInstalled('iptables')) ? [] : ['iptables'])];
  if (missing.length > 0) {
    progress.say(`no Docker Engine answers: installing ${missing.join(' and ')} and starting a private one with its data in ${ENGINE_DIR}`);
    await installPackages(missing);
    // newer Debian releases have the client in a package of its own
    if (!(await isInstalled('docker'))) await installPackages(['docker-cli']);
  }
  await clearRemains();
  await rememberKernel();
  await mkdir(ENGINE_DIR, { recursive: true });
  await mkdir(VOLATILE_DIR, { recursive: true });
  const log = openSync(LOG, 'w');
  const argv = ['--data-root', ENGINE_DIR, '--exec-root', `${VOLATILE_DIR}/exec`, '--pidfile', PID_FILE, '--host', `unix://${SOCKET}`];
  // no default bridge: the only network is the lab's own, with a subnet that is free on this machine
  spawn('dockerd', [...argv, '--bridge', 'none', '--log-level', 'warn'], { detached: true, stdio: ['ignore', log, log] }).unref();
  const docker = new Docker(`unix://${SOCKET}`);
  for (let i = 0; i < 60; i++) {
    if (existsSync(SOCKET) && (await docker.answers())) return { docker, isPrivate: true };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const tail = readFileSync(LOG, 'utf8').trim().split('\n').slice(-8).join('\n  ');
  throw new LabError(`dockerd does not answer on ${SOCKET} after 15 s; its log ${LOG} ends with\n  ${tail}`);
}

/** Stops the private engine and takes away what it leaves on the machine; its data folder stays. */
export async function stopEngine(): Promise<void> {
  const pid = Number(await readFile(PID_FILE, 'utf8').catch(() => '0'));
  if (pid > 1 && (await isOurs(pid))) {
    process.kill(pid, 'SIGTERM');
    for (let i = 0; i < 80 && existsSync(`/proc/${pid}`); i++) await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await clearRemains();
  await removeChains();
  await restoreKernel();
  await rm(VOLATILE_DIR, { recursive: true, force: true });
}

/** Elasticsearch refuses to start below this; asked for once, put back by `down`. */
export async function raiseMapCount(progress: Progress): Promise<void> {
  const found = Number(await readFile(MAP_COUNT, 'utf8').catch(() => '262144'));
  if (found >= 262_144) return;
  await rememberKernel();
  await writeFile(MAP_COUNT, '262144').catch(() => {
    throw new UsageError(`vm.max_map_count is ${found}, Elasticsearch wants 262144: run "sysctl -w vm.max_map_count=262144" as root`);
  });
  progress.say(`vm.max_map_count was ${found}, is 262144 now (until "npm run lab -- down")`);
}

interface Kernel {
  readonly mapCount: string;
  readonly forward: string;
  /** Of packets between networks: an engine sets it to DROP. */
  readonly policy: string;
}

async function rememberKernel(): Promise<void> {
  if (existsSync(KERNEL_FILE)) return;
  await mkdir(CACHE_DIR, { recursive: true });
  const read = (file: string) => readFile(file, 'utf8').then((text) => text.trim());
  const policy = /-P FORWARD (\S+)/.exec((await tryRun(['iptables', '-S', 'FORWARD'])).stdout)?.[1] ?? 'ACCEPT';
  const kernel: Kernel = { mapCount: await read(MAP_COUNT), forward: await read(IP_FORWARD), policy };
  await writeFile(KERNEL_FILE, JSON.stringify(kernel));
}

export async function restoreKernel(): Promise<void> {
  if (!existsSync(KERNEL_FILE)) return;
  const { mapCount, forward } = JSON.parse(await readFile(KERNEL_FILE, 'utf8')) as Kernel;
  await writeFile(MAP_COUNT, mapCount).catch(() => {});
  await writeFile(IP_FORWARD, forward).catch(() => {});
  await rm(KERNEL_FILE);
}

/**
 * What an engine that was killed leaves behind: its containerd, the shims and what runs under them, mounts, sockets.
 * All bear the lab's own paths on their command line, so nothing of another engine is touched.
 */
async function clearRemains(): Promise<void> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1);
  const ours = new Set<number>();
  for (const pid of pids) if (await isOurs(pid)) ours.add(pid);
  // a container's first process is the shim's child; its end takes all others of the container along
  for (const pid of ours.size > 0 ? pids : []) if (ours.has(await parentOf(pid))) kill(pid);
  for (const pid of ours) kill(pid);
  for (let i = 0; i < 40 && [...ours].some((pid) => existsSync(`/proc/${pid}`)); i++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => `${path}/`.startsWith(`${ENGINE_DIR}/`) || path.startsWith(`${VOLATILE_DIR}/`)).reverse()) {
    await tryRun(['umount', '-l', mount]);
  }
  await rm(VOLATILE_DIR, { recursive: true, force: true });
  await removeControlGroups();
}

/** A killed container's control groups stay, with those of the containers inside it; with them it does not start again. */
async function removeControlGroups(): Promise<void> {
  const root = '/sys/fs/cgroup';
  const ids = await readdir(join(ENGINE_DIR, 'containers')).catch(() => []);
  const parents = [root, ...(await readdir(root).catch(() => [])).map((name) => join(root, name))].map((path) => join(path, 'docker'));
  for (const folder of parents.filter((path) => existsSync(path)).flatMap((path) => ids.map((id) => join(path, id)))) {
    // innermost first; only an empty one can be removed, so nothing that runs is in danger
    await tryRun(['find', folder, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone in the meantime, which is what was wanted
  }
}

async function parentOf(pid: number): Promise<number> {
  // the name is in brackets and may hold anything, so the fields are counted from the last one
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

async function isOurs(pid: number): Promise<boolean> {
  const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  const program = argv[0]?.split('/').pop() ?? '';
  const isEngine = program === 'dockerd' || program === 'containerd' || program.startsWith('containerd-shim');
  return isEngine && argv.some((word) => word.startsWith(VOLATILE_DIR));
}

/** The engine's rules outlive it. Another engine's rules have the same names: with one running, nothing is removed. */
async function removeChains(): Promise<void> {
  if ((await new Docker().answers()) || !(await isInstalled('iptables-save'))) return;
  for (const table of ['filter', 'nat']) {
    const lines = (await run(['iptables-save', '-t', table])).split('\n');
    const rules = lines.filter((line) => line.startsWith('-A') && /DOCKER|swylab/.test(line));
    for (const rule of rules) await tryRun(['iptables', '-t', table, ...rule.replace(/^-A/, '-D').split(' ')]);
    for (const [, chain] of lines.map((line) => /^:(DOCKER\S*)/.exec(line) ?? []).filter((match) => match.length > 0)) {
      await tryRun(['iptables', '-t', table, '-F', chain!]);
      await tryRun(['iptables', '-t', table, '-X', chain!]);
    }
  }
  const { policy } = JSON.parse(await readFile(KERNEL_FILE, 'utf8').catch(() => '{}')) as Partial<Kernel>;
  if (policy) await tryRun(['iptables', '-P', 'FORWARD', policy]);
}
