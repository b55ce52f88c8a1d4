// A compose project on the host: which files, which name, which containers, and how compose is called on it.
import { posix } from 'node:path';
import { Refusal, TaskError } from '../base/errors.ts';
import { parseYaml } from '../base/yaml.ts';
import type { ExecOptions, Exit } from '../connections/connection.ts';
import type { Docker } from '../connections/docker.ts';
import { shellWord } from '../connections/shell.ts';
import { type ComposeService, readComposeServices } from './compose_config.ts';
import { failureOf } from './compose_failure.ts';
import type { Target } from './module.ts';

export interface ComposeProject {
  readonly directory: string;
  /** absolute paths in the order in which later ones win; the first is the main file. Not all of them need be there */
  readonly files: readonly string[];
  readonly name: string;
}

/** A container as `docker ps -a` knows it. */
export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly { readonly type: string; readonly source: string; readonly target: string }[];
  readonly ports: readonly { readonly ip: string; readonly published: number; readonly target: number }[];
}

/** A project, and every container of its host, as one look found them. */
export interface Seen {
  readonly project: ComposeProject;
  readonly everything: readonly ContainerSummary[];
}

export const LABEL = {
  project: 'com.docker.compose.project',
  directory: 'com.docker.compose.project.working_dir',
  files: 'com.docker.compose.project.config_files',
  service: 'com.docker.compose.service',
  hash: 'com.docker.compose.config-hash',
  oneOff: 'com.docker.compose.oneoff',
} as const;

/** Settings of the logged-in user's shell that would make compose look at another project. */
const AMBIENT = ['FILE', 'PROJECT_NAME', 'PROFILES', 'PATH_SEPARATOR', 'ENV_FILES', 'IGNORE_ORPHANS', 'REMOVE_ORPHANS', 'COMPATIBILITY'];

/** In the order in which v1 looks for its file; v2 looks the other way round. */
const MAIN_FILES = ['docker-compose.yml', 'docker-compose.yaml', 'compose.yml', 'compose.yaml'];

/** What a step says of its project. */
export interface ProjectArguments {
  readonly project_dir: string;
  readonly files?: readonly string[];
  readonly project_name?: string;
}

/** Throws a TaskError when Docker cannot be asked: that is never "there are no containers". */
export async function listContainers(docker: Docker, target: Target): Promise<ContainerSummary[]> {
  if (target.facts.docker.version === '') {
    throw new TaskError(`${target.host}: cannot look at containers: ${target.facts.docker.unknown || 'Docker does not answer'}`, {
      next: `start Docker on ${target.host}, or set ansible_become so that it may be asked, and run this again`,
    });
  }
  const containers = await docker.listContainers({ all: true });
  return containers.map((container) => ({
    id: container.Id,
    name: container.Names.map((name) => name.replace(/^\//, '')).find((name) => !name.includes('/')) ?? container.Id.slice(0, 12),
    state: container.State,
    image: container.Image,
    imageId: container.ImageID,
    labels: container.Labels ?? {},
    mounts: (container.Mounts ?? []).map((mount) => ({
      type: mount.Type ?? '',
      source: mount.Source || (mount.Name ?? ''), // of a volume this list tells the name alone
      target: mount.Destination ?? '',
    })),
    ports: (container.Ports ?? [])
      .filter((port) => port.PublicPort !== undefined)
      .map((port) => ({ ip: port.IP ?? '', published: port.PublicPort!, target: port.PrivatePort })),
  }));
}

/**
 * The project as compose itself would find it in that directory: files given, else COMPOSE_FILE of .env, else the main file and its
 * override. Throws a Refusal where running containers were started from other files or under several names.
 */
export async function findProject(
  args: ProjectArguments,
  containers: readonly ContainerSummary[],
  target: Target,
): Promise<ComposeProject> {
  const directory = args.project_dir.replace(/(.)\/+$/, '$1');
  const dotenv = readSettings((await target.connection.readFile(posix.join(directory, '.env')))?.toString() ?? '');
  const files = await findFiles(args, directory, dotenv, target);
  const own = containers.filter(({ labels }) => labels[LABEL.directory] === directory && labels[LABEL.oneOff] !== 'True');
  const name = args.project_name ?? nameOf(own, target) ?? dotenv.get('COMPOSE_PROJECT_NAME') ?? normalName(posix.basename(directory));
  if (args.files === undefined) refuseOtherFiles(own, { directory, files, name }, target);
  return { directory, files, name };
}

/** The containers of a project, one-off ones (`compose run`) left out. */
export function containersOf(project: ComposeProject, containers: readonly ContainerSummary[]): ContainerSummary[] {
  return containers.filter(({ labels }) => labels[LABEL.project] === project.name && labels[LABEL.oneOff] !== 'True');
}

/** Runs compose on the project and rejects with a TaskError that says why it failed. Warnings on stderr are no failure. */
export async function runCompose(
  project: ComposeProject,
  args: readonly string[],
  target: Target,
  options: ExecOptions = {},
): Promise<Exit> {
  const { command } = target.facts.compose;
  if (command.length === 0) {
    throw new Refusal(`${target.host}: neither docker-compose nor the plugin docker compose is installed`, {
      next: `install docker-compose on ${target.host} and run this again`,
    });
  }
  const argv = [
    'env',
    ...AMBIENT.flatMap((name) => ['-u', `COMPOSE_${name}`]),
    ...command,
    ...['--project-directory', project.directory, '-p', project.name],
    ...project.files.flatMap((file) => ['-f', file]),
    ...args,
  ];
  const exit = await target.connection.exec(argv, { cwd: project.directory, signal: target.signal, ...options });
  if (exit.code !== 0) throw failureOf(exit, `${target.host}: ${[...command, args[0]].join(' ')} of ${project.directory}`);
  return exit;
}

/** The services of the effective configuration: all files merged, variables filled in. */
export async function readServices(project: ComposeProject, target: Target): Promise<ComposeService[]> {
  const { stdout } = await runCompose(project, ['config'], target);
  return readComposeServices(parseYaml(stdout, `the configuration of ${project.directory}`).value);
}

/** `KEY=value` lines of a .env file, outer quotes taken off. */
function readSettings(dotenv: string): ReadonlyMap<string, string> {
  const lines = dotenv.matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/gm);
  return new Map([...lines].map(([, name, value]) => [name!, value!.replace(/^(["'])(.*)\1$/, '$2')]));
}

async function findFiles(
  args: ProjectArguments,
  directory: string,
  dotenv: ReadonlyMap<string, string>,
  target: Target,
): Promise<string[]> {
  const said = args.files ?? dotenv.get('COMPOSE_FILE')?.split(dotenv.get('COMPOSE_PATH_SEPARATOR') || ':');
  if (said) return said.map((file) => posix.resolve(directory, file));
  const exit = await target.connection.exec(['ls', '-1A', '--', directory], { env: { LC_ALL: 'C' } }); // its words are read below
  if (exit.code !== 0) {
    if (/no such file/i.test(exit.stderr)) {
      throw new Refusal(`no Trains server at ${directory}: looked for a docker-compose.yml in it, and the directory is not there`, {
        next: 'say where it is: -e trains_dir=DIRECTORY',
      });
    }
    throw new TaskError(`${target.host}: cannot look into ${directory}: ${exit.stderr.trim()}`, {
      next: 'set ansible_become for this host',
    });
  }
  const names = new Set(exit.stdout.split('\n'));
  const order = target.facts.compose.command.length === 1 ? MAIN_FILES : MAIN_FILES.toReversed();
  const parked = (file: string) => [...names].some((name) => name.startsWith(`${file}.parked-`));
  const main = order.find((file) => names.has(file)) ?? order.find(parked) ?? 'docker-compose.yml';
  const override = order.map((file) => file.replace('.y', '.override.y')).find((file) => names.has(file));
  return [main, ...(override ? [override] : [])].map((file) => posix.join(directory, file));
}

function nameOf(own: readonly ContainerSummary[], target: Target): string | undefined {
  const names = [...new Set(own.map(({ labels }) => labels[LABEL.project]!))];
  if (names.length > 1) {
    throw new Refusal(
      `${target.host}: containers of ${own[0]!.labels[LABEL.directory]} run under several project names: ${names.join(', ')}`,
      {
        next: 'say which one is meant with project_name, or stop the others',
      },
    );
  }
  return names[0];
}

/** As compose makes it of a directory's name. */
const normalName = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '');

function refuseOtherFiles(own: readonly ContainerSummary[], project: ComposeProject, target: Target): void {
  for (const { name, labels } of own) {
    const said = labels[LABEL.files];
    if (!said) continue; // compose before 1.25 leaves no such label
    const started = said.split(',').map((file) => posix.resolve(project.directory, file));
    if (started.join() === project.files.join()) continue;
    throw new Refusal(
      `${target.host}: ${name} was started from ${started.join(', ')}, but compose would now read ${project.files.join(', ')} in ${project.directory}`,
      { state: 'nothing was changed', next: `say which compose files count: ${sayFiles(project.directory, started)}` },
    );
  }
}

/** The command by which compose, and whoever asks as it does, reads other files than those it looks for. */
export function sayFiles(directory: string, files: readonly string[]): string {
  const names = files.map((file) => (posix.dirname(file) === directory ? posix.basename(file) : file));
  return `echo COMPOSE_FILE=${shellWord(names.join(':'))} >> ${shellWord(posix.join(directory, '.env'))}`;
}
