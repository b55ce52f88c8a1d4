// The schemas as others take them: one file each, with what it refers to in it.
import { readSchemaFile, schemaFileNames } from './schema_files.ts';

type Schema = Readonly<Record<string, unknown>>;

const REFERRED = 'arguments.json#/definitions/';

/** Names by which a schema is asked for ("playbook", "uri"), and the file of each ("modules/uri.json"): those of the modules come last. */
export function bundleNames(): ReadonlyMap<string, string> {
  const files = schemaFileNames().filter((file) => file !== 'arguments.json');
  const inOrder = [...files.filter((file) => !file.includes('/')), ...files.filter((file) => file.includes('/'))];
  return new Map(inOrder.map((file) => [file.replace(/^modules\//, '').replace(/\.json$/, ''), file]));
}

/** The text of one of these files, complete in itself. */
export function bundled(file: string): string {
  const schema = readSchemaFile(file) as Schema;
  const text = JSON.stringify(schema);
  if (!text.includes(REFERRED)) return written(schema);
  const { definitions: referred } = readSchemaFile('arguments.json') as { readonly definitions: Schema };
  const own = JSON.parse(text.replaceAll(`"${REFERRED}`, '"#/definitions/')) as Schema & { readonly definitions?: Schema };
  return written({ ...own, definitions: { ...referred, ...own.definitions } });
}

const written = (schema: Schema) => `${JSON.stringify(schema, undefined, 2)}\n`;
