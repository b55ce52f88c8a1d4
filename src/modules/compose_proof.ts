// Whether a new compose file and the override files that stay make the server they should, by what compose itself makes of them.
import { Refusal } from '../base/errors.ts';
import { REFUSED_BY_ELASTICSEARCH_7 } from '../releases/releases.ts';
import { type ComposeMount, type ComposeService, readMount, roleOf } from './compose_config.ts';
import { type Directory, directoryAt, HOST_MOUNT } from './compose_layout.ts';
import { type Override, type Place, placeIn, readOverrides } from './compose_overrides.ts';
import { type ComposeProject, readServices } from './compose_project.ts';
import type { Target } from './module.ts';

/** What the files should make. */
export interface Wanted {
  /** the new file's name, as the user is told it */
  readonly file: string;
  /** the services as that file alone declares them */
  readonly services: readonly ComposeService[];
  readonly directories: readonly Directory[];
}

/** One thing that is not as wanted. `service` is '' where all of them are meant; `key` is the service's key; `name` the mount's target, the variable or the setting, where there is one. */
export interface Finding {
  readonly service: string;
  readonly key: string;
  readonly name?: string;
  readonly found: string;
  readonly wanted: string;
  /** what to write instead of taking a line out */
  readonly add?: string;
}

/** Throws a Refusal that names each file, line, service and key, what was found and what is wanted, and which lines to take out. */
export async function proveProject(project: ComposeProject, wanted: Wanted, target: Target): Promise<void> {
  const findings = judgeProject(await readServices(project, target), wanted);
  if (findings.length === 0) return;
  const overrides = await readOverrides(project.files.slice(1), target);
  const told = findings.map((finding) => tell(finding, overrides, wanted.file));
  throw new Refusal(
    `${target.host}: ${wanted.file} would not start this installation's server: ${told.map(({ says }) => says).join('; ')}`,
    {
      state: 'nothing was written',
      next: `${[...new Set(told.map(({ next }) => next))].join('; ')}; then run this again`,
    },
  );
}

/** All that the effective configuration has otherwise than wanted. */
export function judgeProject(effective: readonly ComposeService[], { services, directories }: Omit<Wanted, 'file'>): readonly Finding[] {
  const missing = services
    .filter(({ name }) => !effective.some((service) => service.name === name))
    .map(({ name }) => ({ service: name, key: 'profiles', found: 'no such service', wanted: 'the service' }));
  const found = effective.flatMap((service) => {
    const declared = services.find(({ name }) => name === service.name);
    return [
      ...judgeMounts(service, declared, directories),
      ...judgeHostMount(service),
      ...judgeImage(service, declared),
      ...(roleOf(service) === 'apiserver' ? judgePort(service) : []),
      ...(roleOf(service) === 'elastic' ? judgeSettings(service) : []),
    ];
  });
  return [...missing, ...found, ...judgeUnmounted([...services, ...effective], directories)];
}

function judgeMounts(service: ComposeService, declared: ComposeService | undefined, directories: readonly Directory[]): Finding[] {
  const targets = new Set([...(declared?.mounts ?? []), ...service.mounts].map(({ target }) => target));
  return [...targets].flatMap((target) => {
    // an override may have changed the image by which the service is known
    const directory = directoryAt(target, declared ?? service, directories);
    if (directory === undefined || directory.optional) return [];
    return service.mounts
      .filter((mount) => mount.target === target)
      .concat(service.mounts.some((mount) => mount.target === target) ? [] : [{ type: '', source: '', target }])
      .filter(({ source }) => source !== directory.path)
      .map((mount) => ({ service: service.name, key: 'volumes', name: target, found: describeMount(mount), wanted: directory.path }));
  });
}

const describeMount = ({ type, source }: ComposeMount) =>
  type === '' ? 'nothing' : type === 'bind' ? source : `the ${type}${source === '' ? '' : ` ${source}`}`;

/** The containers that the agent starts have to see the very directory it sees itself. */
function judgeHostMount({ name: service, environment, mounts }: ComposeService): Finding[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (!HOST_MOUNT.test(name)) return [];
    const said = readMount(value);
    const mount = mounts.find(({ target }) => target === said.target);
    if (mount === undefined || mount.source === said.source) return [];
    return [{ service, key: 'environment', name, found: value, wanted: `${mount.source}:${said.target}` }];
  });
}

function judgeImage({ name, image }: ComposeService, declared: ComposeService | undefined): Finding[] {
  // what a variable makes of an image cannot be told without compose
  if (declared === undefined || declared.image === image || declared.image.includes('$')) return [];
  return [{ service: name, key: 'image', found: image, wanted: declared.image }];
}

/** The port that 0.16 asks for Elasticsearch where nothing says one is 9211. */
function judgePort({ name: service, environment }: ComposeService): Finding[] {
  const { TRAINS_ELASTIC_SERVICE_HOST: host, TRAINS_ELASTIC_SERVICE_PORT: port } = environment;
  if (!host || port) return [];
  const name = 'TRAINS_ELASTIC_SERVICE_PORT';
  const add = `set TRAINS_ELASTIC_SERVICE_PORT: "9200" in the environment of ${service}`;
  return [{ service, key: 'environment', name, found: 'nothing, by which 0.16 asks port 9211', wanted: '9200', add }];
}

function judgeSettings({ name: service, environment, command }: ComposeService): Finding[] {
  const options = command.flatMap((word) => word.split(/\s+/)).map((word) => word.replace(/^-E/, '').split('=')[0]!);
  const findings = (key: string, names: readonly string[]) =>
    names
      .filter((name) => REFUSED_BY_ELASTICSEARCH_7.test(name))
      .map((name) => ({ service, key, name, found: 'a setting that Elasticsearch 7 does not start with', wanted: 'none' }));
  return [...findings('environment', Object.keys(environment)), ...findings('command', options)];
}

/** Directories for which no service has a place at all: their data would be missing. */
function judgeUnmounted(all: readonly ComposeService[], directories: readonly Directory[]): Finding[] {
  return directories
    .filter(({ optional }) => !optional)
    .filter((directory) => !all.some((service) => service.mounts.some(({ target }) => directoryAt(target, service, [directory]))))
    .map(({ path, targets }) => ({ service: '', key: 'volumes', name: targets[0]!, found: 'nothing', wanted: path }));
}

function tell(finding: Finding, overrides: readonly Override[], file: string): { readonly says: string; readonly next: string } {
  const { service, key, name, found, wanted, add } = finding;
  const place = placeIn(overrides, finding);
  const what = `${[key, name].filter(Boolean).join(' ')} of ${service === '' ? 'every service' : `service ${service}`}`;
  const where = place ? `${place.file} line ${place.line}` : file;
  return { says: `${where}: ${what}: found ${found}, wanted ${wanted}`, next: add ?? remedy(what, place, file) };
}

function remedy(what: string, place: Place | undefined, file: string): string {
  if (place === undefined) return `see where ${what} comes from: ${file} itself, a variable in .env, or extends`;
  if (place.indirect) return `take ${what} out of the env_file that ${place.file} line ${place.line} names`;
  return `take line ${place.line} (${what}) out of ${place.file}`;
}
