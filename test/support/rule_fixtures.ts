// The folders of test/fixtures/rules: what is in them, and what `switchyard validate` says of them. Their README tells the form.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Problem, ValidationError } from '../../src/base/errors.ts';

import { Secrets } from '../../src/base/secret.ts';
import { glob, kindOf, list } from '../../src/cli/disk.ts';
import { readTextFile } from '../../src/cli/file.ts';

import { inventory } from '../../src/commands/inventory.ts';
import { validate } from '../../src/commands/validate.ts';
import type { World } from '../../src/commands/world.ts';

const FOLDER = resolve(import.meta.dirname, '../fixtures/rules');

interface Case {
  readonly files: readonly string[];
  readonly inventory: readonly string[];
  /** `inventory` where the rule is about what a program prints: validate runs none */
  readonly verb: 'validate' | 'inventory';
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
    verb: 'validate',
    ...(JSON.parse(readFileSync(resolve(FOLDER, rule, 'case.json'), 'utf8')) as Partial<Case>),
  } as Case;
}

export interface Commands {
  readonly validate: typeof validate;
  readonly inventory: typeof inventory;
}

/** The problems of one of the twins, a line each. `commands` are those of this copy of the program or of another one. */
export async function said(rule: string, twin: 'bad' | 'good', commands: Commands = { validate, inventory }): Promise<readonly string[]> {
  const written = readCase(rule);
  const { files, inventory: names, verb } = { ...written, ...(twin === 'good' && written.good) };
  const named = (names: readonly string[]) => names.map((name) => name.replaceAll(/\bbad\b/g, twin));
  let text = '';
  const world = {
    version: '0.1.0',
    cwd: resolve(FOLDER, rule),
    screen: { color: false },
    stdout: (part: string) => (text += part),
    readFile: readTextFile,
    kindOf,
    list,
    glob,
    env: process.env,
    secrets: new Secrets(),
    interrupt: { signal: new AbortController().signal },
    stderr: () => {},
  };
  const options = { inventory: named(names), extraVars: [], output: 'json', report: [] } as const;
  if (verb === 'inventory')
    return (await refused(commands.inventory(options, world as unknown as World))).map((problem) => lineOf(problem, world.cwd));
  await commands.validate(named(files), options, world as unknown as World);
  return (JSON.parse(text) as { problems: readonly Problem[] }).problems.map((problem) => lineOf(problem, world.cwd));
}

/** By its name, not its class: another copy of the program has a class of its own. */
async function refused(command: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await command;
    return [];
  } catch (error) {
    if ((error as Error).name !== 'ValidationError') throw error;
    return (error as ValidationError).problems;
  }
}

function lineOf({ rule, position: { file, line, column, endLine, endColumn }, message, hint }: Problem, folder: string): string {
  const place = `${file.replace(`${folder}/`, '')}:${line}:${column}-${endLine}:${endColumn}`;
  return `${place} ${rule}: ${message}${hint === undefined ? '' : `; ${hint}`}`;
}
