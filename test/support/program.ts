// The program as `npm run build` makes it, built aside from what is in dist/ now: files of the checkout that it needs are linked beside it.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildProgram } from '../../build.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Program {
  readonly cli: string;
  /** the files that a built file was made of, as paths in the checkout */
  partsOf(file: string): readonly string[];
  remove(): void;
}

export async function programOf(): Promise<Program> {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-program-'));
  for (const name of ['package.json', 'schemas', 'node_modules']) symlinkSync(join(ROOT, name), join(directory, name));
  const { outputs } = await buildProgram(join(directory, 'dist'));
  const parts = new Map(Object.entries(outputs).map(([file, { inputs }]) => [resolve(ROOT, file), Object.keys(inputs)]));
  return {
    cli: join(directory, 'dist/cli.js'),
    partsOf: (file) => parts.get(file) ?? [],
    remove: () => rmSync(directory, { recursive: true }),
  };
}
