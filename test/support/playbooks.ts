// A playbook from texts in memory, as `switchyard validate` loads one from files.
import { type Loaded, loadPlaybook } from '../../src/playbook/load.ts';
import { readModuleSchemas } from '../../src/playbook/schema.ts';

const modules = readModuleSchemas();

/** `files`: what can be included, by name. */
export function loadText(text: string, file = 'p.yml', files: Readonly<Record<string, string>> = {}): Loaded {
  return loadPlaybook(text, file, { modules, version: '0.1.0', read: (name) => files[name] });
}
