// What the old containers knew and the new compose file asks for: kept in a file of the run before `down`, written to .env before `up`.
import { posix } from 'node:path';
import { TaskError } from '../base/errors.ts';
import { parseYaml } from '../base/yaml.ts';
import type { Docker } from '../connections/docker.ts';
import { madeDirectory, removeFile } from './compose_files.ts';
import { type ComposeProject, type ContainerSummary, LABEL } from './compose_project.ts';
import { carriedOver, dotenvLine, type OpenVariables, openVariables, SECRET_NAME } from './compose_variables.ts';
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

/** The .env with these values added at its end; what stands in it is kept as it is. */
export function extendDotenv(dotenv: string, values: ReadonlyMap<string, string>, compose: string): string {
  const lines = [...values].map(([name, value]) => dotenvLine(name, value, compose));
  const head = dotenv === '' || dotenv.endsWith('\n') ? dotenv : `${dotenv}\n`;
  return lines.length === 0 ? dotenv : `${head}${lines.join('\n')}\n`;
}

/** Writes to .env what the files leave open and the old containers had, and answers with the names. What .env held before is kept with the run. */
export async function carryOver(record: string, project: ComposeProject, target: Target): Promise<string[]> {
  const file = posix.join(project.directory, '.env');
  const before = await target.connection.readFile(file);
  const text = before?.toString() ?? '';
  const values = valuesFor(await readOpenVariables(project.files, target), await readSnapshot(record, target), text);
  if (values.size === 0) return [];
  const after = extendDotenv(text, values, target.facts.compose.version);
  const kept = keptDotenv(target);
  if ((await target.connection.readFile(kept)) === undefined) {
    await madeDirectory(target.run.directory, target);
    await target.connection.writeFile(kept, JSON.stringify({ before: before?.toString() ?? null }), { mode: 0o600 });
  }
  await target.connection.writeFile(file, after, { mode: 0o600 });
  return [...values.keys()];
}

/** Takes back what carryOver wrote in this run; does nothing where it wrote nothing. */
export async function restoreDotenv(project: ComposeProject, target: Target): Promise<void> {
  const kept = await target.connection.readFile(keptDotenv(target));
  if (kept === undefined) return;
  const { before } = JSON.parse(kept.toString()) as { before: string | null };
  const file = posix.join(project.directory, '.env');
  if (before === null) await removeFile(file, target);
  else await target.connection.writeFile(file, before, { mode: 0o600 });
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
  const dotenv = (await target.connection.readFile(posix.join(project.directory, '.env')))?.toString() ?? '';
  return Object.fromEntries(valuesFor(await readOpenVariables(project.files, target), snapshot, dotenv));
}

const snapshotPath = (target: Target) => posix.join(target.run.directory, 'containers.json');
const keptDotenv = (target: Target) => posix.join(target.run.directory, 'dotenv.json');

function markSecrets(snapshot: Snapshot, target: Target): void {
  for (const { environment } of snapshot.containers) {
    for (const [name, value] of Object.entries(environment)) if (SECRET_NAME.test(name)) target.secrets.mark(value);
  }
}
