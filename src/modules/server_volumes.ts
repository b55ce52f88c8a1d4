// The way out for data that are in no directory of the host: a copy of what is in the Docker volume, command by command.
import { posix } from 'node:path';
import { shellWord } from '../connections/shell.ts';
import type { ComposeService } from './compose_config.ts';
import type { ContainerSummary } from './compose_project.ts';

/** Where the product's compose file for Linux has what is mounted at these, below its directory. */
const STOCK: Readonly<Record<string, string>> = {
  '/usr/share/elasticsearch/data': 'data/elastic',
  '/data/db': 'data/mongo/db',
  '/data/configdb': 'data/mongo/configdb',
  '/data': 'data/redis',
  '/mnt/fileserver': 'data/fileserver',
};

export interface InVolume {
  readonly service: ComposeService;
  readonly container: ContainerSummary | undefined;
  /** all that the service keeps in no directory of the host */
  readonly targets: readonly string[];
}

/** What to type, and to write into the compose file. `directory` is the project's. */
export function wayOutOfVolume({ service, container, targets }: InVolume, directory: string): string {
  const copies = targets.map((target) => ({ target, to: posix.join(directory, STOCK[target] ?? `data/${service.name}`) }));
  const mounts = copies.map(({ target, to }) => `${to}:${target}`).join(' and ');
  const commands = container ? outOf(container, copies) : outOfLeftVolume(service, copies);
  return `${commands.join(' && ')}; then write the mounts ${mounts} into the volumes of ${service.name} in the compose file, docker-compose up -d, and run this again${container ? '; no docker-compose down before that: it takes the volume away from the container' : ''}`;
}

interface Copy {
  readonly target: string;
  readonly to: string;
}

/** Directories that are empty: rmdir fails where one is not, and nothing after it is done. */
function made(copies: readonly Copy[]): readonly string[] {
  const all = copies.map(({ to }) => shellWord(to)).join(' ');
  return [`mkdir -p ${all}`, `rmdir ${all}`, `mkdir ${all}`];
}

/** A container that is stopped keeps its volumes, and its data are whole. */
function outOf({ name }: ContainerSummary, copies: readonly Copy[]): readonly string[] {
  return [
    `docker stop ${shellWord(name)}`,
    ...made(copies),
    ...copies.map(({ target, to }) => `docker cp -a ${shellWord(`${name}:${target}/.`)} ${shellWord(to)}`),
  ];
}

/** The container is gone: which of the volumes that were left is the right one, only a look into them tells. */
function outOfLeftVolume({ image }: ComposeService, copies: readonly Copy[]): readonly string[] {
  return [
    'docker volume ls -f dangling=true',
    ...made(copies),
    ...copies.map(
      ({ target, to }) =>
        `docker run --rm --entrypoint cp -v VOLUME_OF_${target.split('/').at(-1)!.toUpperCase()}:/from:ro -v ${shellWord(`${to}:/to`)} ${shellWord(image)} -a /from/. /to`,
    ),
  ];
}
