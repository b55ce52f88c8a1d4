// The program as `npm run build` makes it, built aside from what is in dist/ now: files of the checkout that it needs are linked beside it.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildProgram } from '../../build/build.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Program {
  readonly cli: string;
  remove(): void;
}

export async function programOf(): Promise<Program> {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-program-'));
  for (const name of ['package.json', 'schemas', 'node_modules']) symlinkSync(join(ROOT, name), join(directory, name));
  await buildProgram(join(directory, 'dist'));
  return { cli: join(directory, 'dist/cli.js'), remove: () => rmSync(directory, { recursive: true }) };
}
