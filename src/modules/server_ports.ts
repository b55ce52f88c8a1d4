// Who listens on the ports of the host that the server's compose file publishes, other than the server itself.
import type { Docker } from '../connections/docker.ts';
import { PUBLISHED_PORTS } from '../releases/releases.ts';
import type { ContainerSummary } from './compose_project.ts';
import { run } from './host_files.ts';
import type { Target } from './module.ts';
import type { Server } from './server_evidence.ts';

/** `by` is "container NAME", "NAME (pid N)", or says that the process is not to be seen. */
export interface TakenPort {
  readonly port: number;
  readonly by: string;
}

/** A socket that listens. `processes` is empty where the user may not see them, undefined where nothing on the host can tell. */
interface Listener {
  readonly port: number;
  readonly processes: readonly { readonly name: string; readonly pid: number }[] | undefined;
}

// ss belongs to iproute2 and may be missing; what the kernel itself shows names no process
const LISTENERS = `PATH=$PATH:/usr/sbin:/sbin
if command -v ss >/dev/null 2>&1; then exec ss -ltnp; fi
cat /proc/net/tcp || exit 1; [ ! -e /proc/net/tcp6 ] || cat /proc/net/tcp6`;

/** By these Docker itself listens in place of a container: what a container publishes is known from Docker. */
const DOCKER_PROCESS = /^(?:docker-proxy|dockerd|rootlesskit|rootlessport)$/;

/** The ports that releases up to 0.16 publish, and those of the installed services, as far as somebody else has them. By port. */
export async function findTakenPorts(
  { services, containers, docker }: Server,
  everything: readonly ContainerSummary[],
  target: Target,
): Promise<TakenPort[]> {
  const ports = new Set([...PUBLISHED_PORTS, ...services.flatMap((service) => service.ports.map(({ published }) => published))]);
  const own = new Set(containers.map(({ id }) => id));
  const publishers = everything.flatMap(({ id, name, ports: published }) =>
    published.filter((port) => ports.has(port.published)).map((port) => ({ id, name, port: port.published })),
  );
  const listeners = (await readListeners(target)).filter(({ port }) => ports.has(port));
  const byDocker = new Set(publishers.map(({ port }) => port));
  const processes = listeners.filter(
    ({ port, processes: known = [] }) => !byDocker.has(port) || known.some(({ name }) => !DOCKER_PROCESS.test(name)),
  );
  const ownPids = processes.length === 0 ? new Set<number>() : await readOwnPids(containers, docker);
  const taken = [
    ...publishers.filter(({ id }) => !own.has(id)).map(({ port, name }) => ({ port, by: `container ${name}` })),
    ...processes.flatMap(({ port, processes: known }) => {
      const by = nameOf(known, ownPids);
      return by === undefined ? [] : [{ port, by }];
    }),
  ];
  const unique = new Map(taken.map((one) => [`${one.port} ${one.by}`, one]));
  return [...unique.values()].sort((one, other) => one.port - other.port);
}

/** undefined: it is one of the server's own. */
function nameOf(processes: Listener['processes'], own: ReadonlySet<number>): string | undefined {
  if (processes === undefined) return 'a process that cannot be told: ss is not installed';
  if (processes.length === 0) return 'a process that this user may not see';
  const other = processes.find(({ pid }) => !own.has(pid));
  return other && `${other.name} (pid ${other.pid})`;
}

async function readListeners(target: Target): Promise<Listener[]> {
  const { stdout } = await run(target, ['sh', '-c', LISTENERS], 'cannot look for the ports that are in use');
  return stdout.split('\n').flatMap((line): Listener[] => {
    const [, shown, users] = /^LISTEN\s+\d+\s+\d+\s+\S+:(\d+)\s+\S+(?:\s+users:\((.*)\))?/.exec(line) ?? [];
    if (shown !== undefined) {
      const processes = [...(users ?? '').matchAll(/\("([^"]*)",pid=(\d+)/g)].map(([, name, pid]) => ({ name: name!, pid: Number(pid) }));
      return [{ port: Number(shown), processes }];
    }
    const [, hex] = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(line) ?? [];
    return hex === undefined ? [] : [{ port: Number.parseInt(hex, 16), processes: undefined }];
  });
}

/** The processes of containers on the host's own network: what they listen on is not in Docker's list of ports. */
async function readOwnPids(containers: readonly ContainerSummary[], docker: Docker): Promise<ReadonlySet<number>> {
  const running = containers.filter(({ state, ports }) => state === 'running' && ports.length === 0);
  const pids = await Promise.all(
    running.map(async ({ id }) => {
      const container = docker.getContainer(id);
      if ((await container.inspect()).HostConfig.NetworkMode !== 'host') return [];
      const { Titles, Processes } = (await container.top()) as { Titles: string[]; Processes: string[][] };
      return Processes.map((columns) => Number(columns[Titles.indexOf('PID')]));
    }),
  );
  return new Set(pids.flat());
}
