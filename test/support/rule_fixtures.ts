// The folders of test/fixtures/rules: what is in them, and what `switchyard validate` says of them. Their README tells the form.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Problem } from '../../src/base/errors.ts';
import { readTextFile } from '../../src/cli/file.ts';
import { type ValidateOptions, validate } from '../../src/commands/validate.ts';
import type { World } from '../../src/commands/world.ts';

const FOLDER = resolve(import.meta.dirname, '../fixtures/rules');

interface Case {
  readonly files: readonly string[];
  readonly inventory: readonly string[];
  readonly says: readonly string[];
  /** what is asked otherwise for the twin */
  readonly good?: Partial<Case>;
}

export const readFolders = (): readonly string[] =>
  readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** Whether a folder has this file. */
export const has = (rule: string, file: string): boolean => existsSync(resolve(FOLDER, rule, file));

export function readCase(rule: string): Case {
  return {
    files: ['bad.yml'],
    inventory: [],
    ...(JSON.parse(readFileSync(resolve(FOLDER, rule, 'case.json'), 'utf8')) as Partial<Case>),
  } as Case;
}

/** The problems of one of the twins, a line each. `run` is the command, in this copy of the program or in another one. */
export async function said(rule: string, twin: 'bad' | 'good', run = validate): Promise<readonly string[]> {
  const written = readCase(rule);
  const { files, inventory } = { ...written, ...(twin === 'good' && written.good) };
  const named = (names: readonly string[]) => names.map((name) => name.replaceAll(/\bbad\b/g, twin));
  let text = '';
  const world = {
    version: '0.1.0',
    cwd: resolve(FOLDER, rule),
    screen: { color: false },
    stdout: (part: string) => (text += part),
    readFile: readTextFile,
  };
  await run(named(files), { inventory: named(inventory), output: 'json' } as ValidateOptions, world as unknown as World);
  return (JSON.parse(text) as { problems: readonly Problem[] }).problems.map((problem) => lineOf(problem, world.cwd));
}

function lineOf({ rule, position: { file, line, column, endLine, endColumn }, message, hint }: Problem, folder: string): string {
  const place = `${file.replace(`${folder}/`, '')}:${line}:${column}-${endLine}:${endColumn}`;
  return `${place} ${rule}: ${message}${hint === undefined ? '' : `; ${hint}`}`;
}
