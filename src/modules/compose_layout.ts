// A release's compose file made to fit an installation: its own directories in place of those the file names. Text in, text out.
import { posix } from 'node:path';
import { type Path, parseYaml } from '../base/yaml.ts';
import { MOUNT_TARGETS } from '../releases/releases.ts';
import type { ServerComposeArguments } from './arguments.ts';
import { type ComposeService, list, plain, type Role, readComposeServices, readMount, roleOf, splitMount } from './compose_config.ts';

/** A directory of the installation, and where its containers look for it. */
export interface Directory {
  /** absolute, on the host */
  readonly path: string;
  /** in the container; the releases differ */
  readonly targets: readonly string[];
  /** the only service in which the targets mean this directory: /data is too plain a name */
  readonly role?: Role;
  /** holds nothing that would be missed: another directory may be mounted, or none */
  readonly optional?: true;
}

/** A directory that the file names, and the one that is put in its place. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

export interface FittedFile {
  readonly text: string;
  readonly moved: readonly Move[];
  /** as the text declares them */
  readonly services: readonly ComposeService[];
}

/** The directories as server_release found them; what the old release did not have yet comes where its neighbours are. */
export function directoriesOf({ data, project_dir }: Pick<ServerComposeArguments, 'data' | 'project_dir'>): readonly Directory[] {
  const dataDirectory = posix.dirname(data.elastic_target);
  const base = baseOf(data, dataDirectory) ?? project_dir;
  const under = (name: string) => posix.join(base, name);
  const directories: readonly Directory[] = [
    { path: data.elastic_target, targets: MOUNT_TARGETS.elastic },
    ...MOUNT_TARGETS.mongo.map((target, index) => ({ path: data.mongo[index]!, targets: [target] })),
    { path: data.redis || posix.join(dataDirectory, 'redis'), targets: MOUNT_TARGETS.redis, role: 'redis' },
    { path: data.fileserver, targets: MOUNT_TARGETS.fileserver },
    { path: data.config || under('config'), targets: MOUNT_TARGETS.config },
    { path: data.logs || under('logs'), targets: MOUNT_TARGETS.logs },
    { path: under('agent'), targets: MOUNT_TARGETS.agent, optional: true },
  ];
  return directories.map((directory) => ({ ...directory, path: directory.path.replace(/(.)\/+$/, '$1') }));
}

/** What is /opt/trains in a stock installation: known by a directory that still has its stock name. undefined: none has. */
function baseOf({ config, logs }: ServerComposeArguments['data'], dataDirectory: string): string | undefined {
  const named = [
    [dataDirectory, 'data'],
    [config, 'config'],
    [logs, 'logs'],
  ].find(([path, name]) => posix.basename(path!) === name && posix.dirname(path!) !== '/');
  return named && posix.dirname(named[0]!);
}

/** The directory that belongs at a path of a service's container; undefined: none of the installation's. */
export function directoryAt(target: string, service: ComposeService, directories: readonly Directory[]): Directory | undefined {
  return directories.find(({ targets, role }) => targets.includes(target) && (role === undefined || roleOf(service) === role));
}

/** Variables that tell the agent what to mount into the containers it starts: "directory on the host:path in the container". */
export const HOST_MOUNT = /^(?:TRAINS|CLEARML)_AGENT_DOCKER_HOST_MOUNT$/;

interface Edit extends Move {
  readonly path: Path;
  readonly value: string;
}

/**
 * The file with the host side of each bind mount put right, everything else as it was written; the very same text where all of it fits.
 * `name` is what the head comment calls the file. The source has to be YAML.
 */
export function fitFile(source: string, name: string, directories: readonly Directory[]): FittedFile {
  const document = parseYaml(source, name);
  const services = readComposeServices(document.value);
  const edits = services.flatMap((service) => {
    const raw = plain(plain(plain(document.value).services)[service.name]);
    const editOf = (path: Path, target: string, from: string, write: (to: string) => string): readonly Edit[] => {
      const to = directoryAt(target, service, directories)?.path;
      // `$` begins a variable in a compose file
      return to === undefined || to === from
        ? []
        : [{ path: ['services', service.name, ...path], from, to, value: write(to.replaceAll('$', '$$$$')) }];
    };
    return [...mountEdits(raw.volumes, editOf), ...variableEdits(raw.environment, editOf)];
  });
  const moved = edits.map(({ from, to }) => ({ from, to })).filter(isFirst);
  if (moved.length === 0) return { text: source, moved, services };
  const text = `${headOf(name, moved)}${document.withStrings(edits)}`;
  return { text, moved, services: readComposeServices(parseYaml(text, name).value) };
}

type EditOf = (path: Path, target: string, from: string, write: (to: string) => string) => readonly Edit[];

function mountEdits(volumes: unknown, editOf: EditOf): readonly Edit[] {
  return list(volumes).flatMap((entry, index) => {
    const { type, source, target } = readMount(entry);
    if (type !== 'bind') return [];
    if (typeof entry !== 'string') return editOf(['volumes', index, 'source'], target, source, (to) => to);
    return editOf(['volumes', index], target, source, (to) => replaceSource(entry, to));
  });
}

function variableEdits(environment: unknown, editOf: EditOf): readonly Edit[] {
  const edit = (path: Path, name: string, value: string) => {
    if (!HOST_MOUNT.test(name)) return [];
    const { source, target } = readMount(value);
    return editOf(path, target, source, (to) => replaceSource(value, to));
  };
  if (!Array.isArray(environment)) {
    return Object.entries(plain(environment)).flatMap(([name, value]) => edit(['environment', name], name, String(value)));
  }
  return environment.flatMap((line, index) => {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(String(line)) ?? [];
    return edit(['environment', index], name, value).map((made) => ({ ...made, value: `${name}=${made.value}` }));
  });
}

const replaceSource = (mount: string, source: string) => `${source}${mount.slice(splitMount(mount).source.length)}`;

const isFirst = ({ from, to }: Move, index: number, moves: readonly Move[]) =>
  moves.findIndex((other) => other.from === from && other.to === to) === index;

/** ASCII but for the directories: compose v1 reads its files in the locale's encoding. */
function headOf(name: string, moved: readonly Move[]): string {
  const lines = moved.map(({ from, to }) => `#   ${from} -> ${to}\n`);
  return `# ${name}, with directories of this installation in place of those it names:\n${lines.join('')}`;
}
