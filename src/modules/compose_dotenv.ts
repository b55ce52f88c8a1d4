// The .env of a compose project: lines are added to it, and taken back.
import { posix } from 'node:path';
import { madeDirectory, removeFile } from './compose_files.ts';
import type { ComposeProject } from './compose_project.ts';
import { dotenvLine } from './compose_variables.ts';
import { findPath } from './host_files.ts';
import type { Target } from './module.ts';

export const dotenvOf = (project: ComposeProject): string => posix.join(project.directory, '.env');

/** The .env with these values added at its end; what stands in it is kept as it is. */
export function extendDotenv(dotenv: string, values: ReadonlyMap<string, string>, compose: string): string {
  const lines = [...values].map(([name, value]) => dotenvLine(name, value, compose));
  const head = dotenv === '' || dotenv.endsWith('\n') ? dotenv : `${dotenv}\n`;
  return lines.length === 0 ? dotenv : `${head}${lines.join('\n')}\n`;
}

/** What was there before the run. `mode` and `owner` are those of `before`. */
interface KeptDotenv {
  readonly before: string | null;
  readonly mode?: number;
  readonly owner?: string;
}

/** Adds lines to .env, which is its owner's alone from then on (mode 0600). What there was before the run is kept with it, for restoreDotenv. */
export async function addToDotenv(values: ReadonlyMap<string, string>, project: ComposeProject, target: Target): Promise<void> {
  if (values.size === 0) return;
  const file = dotenvOf(project);
  const before = (await target.connection.readFile(file))?.toString();
  const found = before === undefined ? undefined : await findPath(target, file);
  const after = extendDotenv(before ?? '', values, target.facts.compose.version);
  const kept = keptDotenv(target);
  if ((await target.connection.readFile(kept)) === undefined) {
    await madeDirectory(target.run.directory, target);
    const record: KeptDotenv = { before: before ?? null, mode: found?.mode, owner: found?.ids };
    await target.connection.writeFile(kept, JSON.stringify(record), { mode: 0o600 });
  }
  await target.connection.writeFile(file, after, { mode: 0o600, owner: found?.ids });
}

/** Takes back what addToDotenv wrote in this run; does nothing where it wrote nothing. */
export async function restoreDotenv(project: ComposeProject, target: Target): Promise<void> {
  const kept = await target.connection.readFile(keptDotenv(target));
  if (kept === undefined) return;
  const { before, mode = 0o600, owner } = JSON.parse(kept.toString()) as KeptDotenv;
  const file = dotenvOf(project);
  if (before === null) await removeFile(file, target);
  else await target.connection.writeFile(file, before, { mode, owner });
}

const keptDotenv = (target: Target) => posix.join(target.run.directory, 'dotenv.json');
