// What is read of a host before its first task: one script, one command on the host.
import { TaskError } from '../base/errors.ts';
import type { Facts } from '../base/facts.ts';
import type { Connection } from '../connections/connection.ts';

// Each line is `name<TAB>value`; a value that cannot be read stays empty and is judged below. LC_ALL=C: the texts are read by us.
const SCRIPT = `
export LC_ALL=C
say() { printf '%s\\t%s\\n' "$1" "$2"; }
say hostname "$(hostname 2>/dev/null || cat /proc/sys/kernel/hostname)"
say machine_id "$(cat /etc/machine-id 2>/dev/null || hostname)"
say os_id "$( . /etc/os-release 2>/dev/null; echo "$ID")"
say os_version "$( . /etc/os-release 2>/dev/null; echo "$VERSION_ID")"
say kernel "$(uname -r)"
say architecture "$(uname -m)"
say user "$(id -un)"
say uid "$(id -u)"
say groups "$(id -Gn)"
say home "$HOME"
say epoch "$(date +%s)"
say cpus "$(getconf _NPROCESSORS_ONLN)"
say memory_total "$(awk '/^MemTotal:/{print $2}' /proc/meminfo)"
say memory_available "$(awk '/^MemAvailable:/{print $2}' /proc/meminfo)"
say vm_max_map_count "$(cat /proc/sys/vm/max_map_count)"
say selinux "$(getenforce 2>/dev/null)"
if command -v docker >/dev/null 2>&1; then
  say docker_program "$(command -v docker) $(readlink -f "$(command -v docker)")"
  info=$(docker info --format '{{.ServerVersion}}|{{.DockerRootDir}}|{{.SecurityOptions}}' 2>/dev/null)
  if [ -n "\${info%%|*}" ]; then say docker "$info"
  else say docker_unknown "$(docker version 2>&1 >/dev/null | tr '\\n\\t' '  ' | tail -c 300)"; fi
  say compose_v2 "$(docker compose version --short 2>/dev/null)"
else say docker_unknown 'the program docker is not installed'; fi
command -v docker-compose >/dev/null 2>&1 && say compose_v1 "$(docker-compose version --short 2>/dev/null)"
exit 0`;

/** Rejects with a TaskError when the host is none that the runner knows how to read (no POSIX shell, no /proc). */
export async function gatherFacts(connection: Connection, now: () => number): Promise<Facts> {
  const before = now();
  const exit = await connection.exec(['sh', '-c', SCRIPT], { timeout: 60_000 });
  if (exit.code !== 0)
    throw new TaskError(
      `${connection.host}: cannot read the facts of the host: ${exit.stderr.trim() || `exit ${exit.code ?? exit.signal}`}`,
    );
  const values = new Map(
    exit.stdout.split('\n').map((line) => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1).trim()]),
  );
  const text = (name: string) => values.get(name) ?? '';
  const number = (name: string): number => {
    const value = Number(text(name));
    if (text(name) === '' || Number.isNaN(value))
      throw new TaskError(`${connection.host}: cannot read the fact ${name}; found "${text(name)}"`);
    return value;
  };
  const [version = '', rootDirectory = '', security = ''] = text('docker').split('|');
  const epoch = number('epoch');
  return {
    hostname: text('hostname'),
    machine_id: text('machine_id'),
    os: { id: text('os_id'), version: text('os_version'), kernel: text('kernel'), architecture: text('architecture') },
    user: { name: text('user'), uid: number('uid'), groups: text('groups').split(' '), home: text('home') },
    time: { epoch, skew_seconds: Math.round(epoch - before / 1000) },
    cpus: number('cpus'),
    memory: { total_bytes: number('memory_total') * 1024, available_bytes: number('memory_available') * 1024 },
    vm_max_map_count: number('vm_max_map_count'),
    selinux: ({ Enforcing: 'enforcing', Permissive: 'permissive' } as const)[text('selinux')] ?? 'disabled',
    docker: {
      version,
      root_dir: rootDirectory,
      rootless: security.includes('rootless'),
      userns: security.includes('name=userns'),
      snap: rootDirectory.startsWith('/var/snap/') || /\/snap(?:\/|$)/.test(text('docker_program')),
      selinux: security.includes('name=selinux'),
      unknown: text('docker_unknown'),
    },
    compose: composeOf(text('compose_v1'), text('compose_v2')),
  };
}

/** v1 where both are there: the files of the releases we come from were written for it. */
function composeOf(one: string, two: string): Facts['compose'] {
  if (one !== '') return { command: ['docker-compose'], version: one };
  if (two !== '') return { command: ['docker', 'compose'], version: two.replace(/^v/, '') };
  return { command: [], version: '' };
}
