// The files in schemas/, beside src/ and beside dist/. What they say is held against data in schema.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { remembering } from '../base/remember.ts';

const FOLDER = new URL('../../schemas/', import.meta.url);

/** The JSON of a file by its name in the folder ("facts.json", "modules/uri.json"); the same one every time, not to be changed. */
export const readSchemaFile: (name: string) => unknown = remembering((name) => JSON.parse(readSchemaText(name)), 100);

/** The same file as it is. */
export function readSchemaText(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** The names of all files, in order, those of the modules among them. */
export function schemaFileNames(): readonly string[] {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.json')).sort();
}
