// What the new compose file asks for: what the old containers knew, kept in a file of the run before `down`, and what the step itself says.
// Both are written to .env before `up`.
import { posix } from 'node:path';
import { Refusal, TaskError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { parseYaml } from '../base/yaml.ts';
import type { Docker } from '../connections/docker.ts';
import type { DockerComposeArguments } from './arguments.ts';
import { addToDotenv, dotenvOf, extendDotenv } from './compose_dotenv.ts';
import { madeDirectory } from './compose_files.ts';
import { type ComposeProject, type ContainerSummary, LABEL } from './compose_project.ts';
import { carriedOver, isSetAlike, linesSet, type OpenVariables, openVariables, SECRET_NAME } from './compose_variables.ts';
import type { Target } from './module.ts';

/** The file containers.json: what vanishes with the containers of a project. Holds secrets: mode 0600. */
export interface Snapshot {
  readonly project: string;
  readonly files: readonly string[];
  /** fallbacks of the variables that the compose files of these containers left open */
  readonly fallbacks: Readonly<Record<string, string>>;
  readonly containers: readonly {
    readonly name: string;
    readonly service: string;
    readonly image: string;
    readonly image_id: string;
    readonly restart: string;
    /** of the policy on-failure */
    readonly restart_retries?: number;
    readonly environment: Readonly<Record<string, string>>;
  }[];
}

/** Saves the snapshot unless the run has one already: after a broken-off `down` the containers that are left are not all there were. */
export async function saveSnapshot(
  project: ComposeProject,
  containers: readonly ContainerSummary[],
  { docker, target }: { docker: Docker; target: Target },
): Promise<string> {
  const path = snapshotPath(target);
  if ((await target.connection.readFile(path)) !== undefined) return path;
  const inspected = await Promise.all(containers.map(({ id }) => docker.getContainer(id).inspect()));
  const snapshot: Snapshot = {
    project: project.name,
    files: project.files,
    fallbacks: Object.fromEntries(await readOpenVariables(project.files, target)),
    containers: inspected.map(({ Name, Config, Image, HostConfig }) => ({
      name: Name.replace(/^\//, ''),
      service: Config.Labels?.[LABEL.service] ?? '',
      image: Config.Image,
      image_id: Image,
      restart: HostConfig.RestartPolicy?.Name ?? '',
      restart_retries: HostConfig.RestartPolicy?.MaximumRetryCount,
      environment: Object.fromEntries(
        (Config.Env ?? []).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
    })),
  };
  markSecrets(snapshot, target);
  await madeDirectory(target.run.directory, target);
  await target.connection.writeFile(path, `${JSON.stringify(snapshot, undefined, 2)}\n`, { mode: 0o600 });
  return path;
}

/** Throws a TaskError when the file is not there or is no snapshot. Its secrets are marked. */
export async function readSnapshot(path: string, target: Target): Promise<Snapshot> {
  const content = await target.connection.readFile(path);
  if (content === undefined) {
    throw new TaskError(`${target.host}: no record of the old containers at ${path}`, {
      next: 'leave out environment_from and set the variables in .env by hand',
    });
  }
  try {
    const snapshot = JSON.parse(content.toString()) as Snapshot;
    markSecrets(snapshot, target);
    return snapshot;
  } catch (cause) {
    throw new TaskError(`${target.host}: ${path} is no record of containers: it cannot be read as JSON`, { cause });
  }
}

/** The variables open in any of the files; files that are not there are passed over. */
export async function readOpenVariables(files: readonly string[], target: Target): Promise<OpenVariables> {
  const contents = await Promise.all(files.map((file) => target.connection.readFile(file)));
  return openVariables(contents.map((content, index) => parseYaml(content?.toString() ?? '', files[index]!).value));
}

/** The old containers' values of the variables that are open and not just fallbacks, by name. `dotenv` is the .env there is. */
export function valuesFor(open: OpenVariables, snapshot: Snapshot, dotenv: string): Map<string, string> {
  const old = new Map<string, string[]>();
  for (const { environment } of snapshot.containers) {
    for (const [name, value] of Object.entries(environment)) old.set(name, [...(old.get(name) ?? []), value]);
  }
  return carriedOver(open, old, { dotenv, fallbacks: new Map(Object.entries(snapshot.fallbacks)) });
}

/** Adds to .env what the files leave open and the old containers had, and answers with the names. */
export async function carryOver(record: string, project: ComposeProject, target: Target): Promise<string[]> {
  const text = (await target.connection.readFile(dotenvOf(project)))?.toString() ?? '';
  const values = valuesFor(await readOpenVariables(project.files, target), await readSnapshot(record, target), text);
  await addToDotenv(values, project, target);
  return [...values.keys()];
}

/**
 * The values of the step that .env is to be given; the empty ones and those it has are left out. A Refusal where .env says something else or
 * no compose file asks for the name. With `absent` only .env is looked at: what would be refused later is refused before anything stops.
 */
export async function valuesToAdd(
  { state, environment = {}, install }: Pick<DockerComposeArguments, 'state' | 'environment' | 'install'>,
  project: ComposeProject,
  target: Target,
): Promise<ReadonlyMap<string, string>> {
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  if (given.length === 0) return new Map();
  for (const [name, value] of given) if (SECRET_NAME.test(name)) target.secrets.mark(value);
  if (state === 'present') {
    const [main = '', ...others] = project.files;
    const names = given.map(([name]) => name);
    await refuseUnasked(names, [install ?? main, ...others], target);
  }
  const file = dotenvOf(project);
  const text = (await target.connection.readFile(file))?.toString() ?? '';
  const compose = target.facts.compose.version;
  const set = linesSet(text);
  const others = given.filter(([name, value]) => set.has(name) && !isSetAlike(set.get(name)!, value, compose)).map(([name]) => name);
  if (others.length > 0) {
    throw new Refusal(`${target.host}: ${file} sets ${others.join(', ')} to something else than what is given`, {
      state: state === 'present' ? 'nothing was started' : 'nothing was stopped',
      next: `change it in ${file}, or give no value to keep what stands there`,
    });
  }
  const values = new Map(given.filter(([name]) => !set.has(name)));
  extendDotenv(text, values, compose); // a value that no .env can hold is told of now
  return values;
}

/** Nothing is said while the first file is not there: in a plan it may not have been fetched yet. */
async function refuseUnasked(names: readonly string[], files: readonly string[], target: Target): Promise<void> {
  if ((await target.connection.readFile(files[0]!)) === undefined) return;
  const open = await readOpenVariables(files, target);
  const unasked = names.filter((name) => !open.has(name));
  if (unasked.length === 0) return;
  const asked = open.size === 0 ? 'they ask for none' : `they ask for ${[...open.keys()].join(', ')}`;
  throw new Refusal(`${target.host}: no compose file asks for ${unasked.join(', ')}`, {
    state: 'nothing was started',
    next: unasked.map((name) => didYouMean(name, open.keys())).find((hint) => hint !== undefined) ?? asked,
  });
}

/** The snapshot that this run has saved, if it has one. */
export async function readOwnSnapshot(target: Target): Promise<Snapshot | undefined> {
  const path = snapshotPath(target);
  return (await target.connection.readFile(path)) === undefined ? undefined : readSnapshot(path, target);
}

/** The values with which the containers of this run's snapshot were started, for the variables the files leave open; none without a snapshot. */
export async function readOldValues(project: ComposeProject, target: Target): Promise<Record<string, string>> {
  const snapshot = await readOwnSnapshot(target);
  if (snapshot === undefined) return {};
  const dotenv = (await target.connection.readFile(dotenvOf(project)))?.toString() ?? '';
  return Object.fromEntries(valuesFor(await readOpenVariables(project.files, target), snapshot, dotenv));
}

const snapshotPath = (target: Target) => posix.join(target.run.directory, 'containers.json');

function markSecrets(snapshot: Snapshot, target: Target): void {
  for (const { environment } of snapshot.containers) {
    for (const [name, value] of Object.entries(environment)) if (SECRET_NAME.test(name)) target.secrets.mark(value);
  }
}
