// Writes what follows from the schemas and tables: types, the schema of what playbooks may write, and pages. `npm run generate`.
// test/schemas.test.ts fails when what is committed is not what this would write.
import { readFileSync, writeFileSync } from 'node:fs';
import { registry } from '../src/modules/registry.ts';
import { readSchemaFile, schemaFileNames } from '../src/playbook/schema_files.ts';
import type { ModuleText } from '../src/playbook/topics.ts';
import { factsPage, modulePage, withSections } from './pages.ts';
import { rulesPage } from './rules.ts';
import { argumentTypes } from './types.ts';
import { argumentsSchema } from './written.ts';

const ROOT = new URL('../', import.meta.url);

/** Every module's schema by the module's name, in the order of names. */
export function readModuleTexts(): ReadonlyMap<string, ModuleText> {
  const files = schemaFileNames().filter((name) => name.startsWith('modules/'));
  return new Map(files.map((file) => [file.slice('modules/'.length, -'.json'.length), readSchemaFile(file) as ModuleText]));
}

/** Every file that is written, by its path from the root, as it has to be. */
export async function generated(): Promise<ReadonlyMap<string, string>> {
  const modules = readModuleTexts();
  const pages = [...registry].map(async ([name, load]) => [`docs/modules/${name}.md`, modulePage(name, (await load()).kind)] as const);
  const tables = ['docs/playbook.md', 'docs/command-line.md'].map(
    (path) => [path, withSections(readFileSync(new URL(path, ROOT), 'utf8'))] as const,
  );
  return new Map([
    ['src/modules/arguments.ts', await argumentTypes(modules)],
    ['schemas/arguments.json', argumentsSchema(modules)],
    ['docs/facts.md', factsPage()],
    ['docs/rules.md', rulesPage()],
    ...tables,
    ...(await Promise.all(pages)),
  ]);
}

if (import.meta.main) for (const [path, text] of await generated()) writeFileSync(new URL(path, ROOT), text);
