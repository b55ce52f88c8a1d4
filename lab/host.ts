// One host of the lab: a container with its own sshd and Docker Engine, brought to a running Trains Server.
import { createServer } from 'node:net';
import type { Docker } from './docker.ts';
import { LabError } from './errors.ts';
import { apiContainer, INSTALLATIONS, type Kind } from './kinds.ts';
import { recipeOf } from './recipe.ts';
import type { Registry } from './registry.ts';
import { BUILDS, PREFIX, SERVED_NAMES } from './settings.ts';
import type { HostState } from './state.ts';

export function containerOf(number: number): string {
  return `${PREFIX}-${number}`;
}

export interface Place {
  readonly image: string;
  readonly registry: Registry;
  readonly publicKey: string;
}

/** Makes or starts the host's container and waits for its sshd and Docker Engine. */
export async function startHost(docker: Docker, host: { number: number; port: number }, place: Place): Promise<void> {
  const name = containerOf(host.number);
  const found = (await docker.try(['inspect', '--format', '{{.State.Running}}', name])).stdout.trim();
  if (found === 'false') await docker.run(['start', name]);
  if (found === '') await docker.run(['run', '-d', ...runOptions(host, place), place.image]);
  await docker.script(name, SET_UP, [place.registry.address], {
    input: `${place.publicKey.trim()}\n${place.registry.authority}`,
    seconds: 90,
  });
}

/** What of a host is not in its container's own layer: the images and containers in it, and where the product can be. */
const VOLUMES = [
  ['docker', '/var/lib/docker'],
  ['opt', '/opt'],
  ['srv', '/srv'],
] as const;

function runOptions({ number, port }: { number: number; port: number }, { registry }: Place): string[] {
  const name = containerOf(number);
  const names = SERVED_NAMES.flatMap((served) => ['--add-host', `${served}:${registry.address}`]);
  // everything a nested engine needs but CAP_SYS_RESOURCE, which not every machine has: so hosts are alike everywhere
  const rights = ['--cap-add=ALL', '--cap-drop=SYS_RESOURCE', '--cgroupns=private', '--device-cgroup-rule=a *:* rwm'];
  const open = ['seccomp', 'apparmor', 'systempaths'].flatMap((option) => ['--security-opt', `${option}=unconfined`]);
  const volumes = VOLUMES.flatMap(([part, path]) => ['-v', `${name}-${part}:${path}`]);
  // fixed, as the registry's is: an address that is given out could be the registry's while that is not up
  const address = registry.address.replace(/\d+$/, String(10 + number));
  const network = ['--network', PREFIX, '--ip', address, '-p', `127.0.0.1:${port}:22`];
  return ['--name', name, '--hostname', `lab-${number}`, ...network, ...names, ...rights, ...open, '--tmpfs', '/run', ...volumes];
}

const SET_UP = `
read -r key
cat > /usr/local/share/ca-certificates/switchyard-lab.crt
for home in /root ~operator; do install -d -m 700 $home/.ssh; echo "$key" > $home/.ssh/authorized_keys; done
chown -R operator:operator ~operator/.ssh
for name in docker.elastic.co registry-1.docker.io; do
  install -D -m 644 /usr/local/share/ca-certificates/switchyard-lab.crt /etc/docker/certs.d/$name/ca.crt
done
update-ca-certificates >/dev/null 2>&1
for i in $(seq 300); do docker info >/dev/null 2>&1 && (: </dev/tcp/127.0.0.1/22) 2>/dev/null && exit 0; sleep 0.2; done
echo "neither its Docker Engine nor sshd answered in 60 s; /var/log/dockerd.log in the container ends with" >&2
tail -5 /var/log/dockerd.log >&2
exit 1`;

/** Puts the product on the host and starts it: files, images through the registry, containers. Safe to repeat. */
export async function installTrains(docker: Docker, number: number, kind: Kind): Promise<void> {
  const { directory, release } = INSTALLATIONS[kind];
  const { directories, files, images, start } = recipeOf(kind);
  const lines = Object.entries(files).map(([path, text]) => `${path} ${Buffer.from(text).toString('base64')}\n`);
  const args = [directory, directories.join(' '), start, BUILDS[release], ...images];
  await docker.script(containerOf(number), INSTALL, args, { input: lines.join(''), seconds: 300 });
}

// The tag :latest has moved on in the registry; an old host has the build it was installed with under that name.
const INSTALL = `
directories=$2 start=$3 build=allegroai/trains:$4
install -d $1; cd $1; shift 4
install -d $directories
install -d -o 1000 -g 1000 data/elastic
while read -r path text; do base64 -d <<< "$text" > $path; done
for image in $build "$@"; do docker image inspect $image >/dev/null 2>&1 || docker pull -q $image >/dev/null & pids="$pids $!"; done
for pid in $pids; do wait $pid; done
docker tag $build allegroai/trains:latest
eval "$start"
docker rmi $build >/dev/null`;

/** Waits until the server answers as a healthy one: API, templates, Elasticsearch not red. Returns what it says it is. */
export async function waitForTrains(docker: Docker, { number, kind }: Pick<HostState, 'number' | 'kind'>, seconds = 120): Promise<string> {
  const name = containerOf(number);
  const { code, stdout } = await docker.try(['exec', name, 'bash', '-c', WAIT, 'lab', String(seconds)]);
  const version = /"version": ?"([^"]+)"/.exec(stdout)?.[1];
  if (code === 0 && version) return version;
  throw new LabError(
    `lab-${number}: the Trains Server did not answer within ${seconds} s; see: npm run lab -- ssh ${number} docker logs ${apiContainer(kind)}`,
  );
}

const WAIT = `
while [ $SECONDS -lt $1 ]; do
  curl -sf localhost:8008/server.info && curl -sf -o /dev/null 'localhost:9200/_template/events' \
    && curl -sf localhost:9200/_cluster/health | grep -qv '"red"' && exit 0
  sleep 0.3
done; exit 1`;

/** The first free port from 22001 on: what an earlier run used is asked for again. */
export async function findPort(first: number, taken: readonly number[]): Promise<number> {
  for (let port = first; port < first + 500; port++) if (!taken.includes(port) && (await isFree(port))) return port;
  throw new LabError(`no port from ${first} on is free on 127.0.0.1`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export async function removeHost(docker: Docker, host: Pick<HostState, 'number'>): Promise<void> {
  const name = containerOf(host.number);
  await docker.try(['rm', '-f', '-v', name]);
  await docker.try(['volume', 'rm', '-f', ...VOLUMES.map(([part]) => `${name}-${part}`)]);
}
