// The functions of the schemas, compiled ahead: what the build puts in the place of src/playbook/validators.ts.
import standalone from 'ajv/dist/standalone/index.js';
import { readSchemas } from '../src/playbook/schema.ts';
import { linear, strictAjv, UNJUDGED } from '../src/playbook/validators.ts';

interface File {
  readonly definitions?: Readonly<Record<string, { readonly type?: unknown }>>;
}

/** The text of a module that exports the `validatorOf` of src/playbook/validators.ts. */
export function compiledValidators(): string {
  const ajv = strictAjv({ source: true, esm: true });
  const files = readSchemas();
  for (const [name, schema] of files) ajv.addSchema(withoutTexts(schema), name);
  const names = [...files].flatMap(([name, schema]) => [name, ...partsOf(schema).map((part) => `${name}#/definitions/${part}`)]);
  const exports = new Map(names.map((name) => [name.replaceAll(/\W/g, '_'), name]));
  const table = [...exports].map(([key, name]) => `${JSON.stringify(name)}: ${key}`);
  const code = linear(standalone.default(ajv, Object.fromEntries(exports)));
  return `${code}\nconst validators = { ${table.join(', ')} };\nexport const validatorOf = (name) => validators[name];\n`;
}

/** The lists of a playbook and the variables of an inventory may stand in a file of their own, which is held against their part of the schema. */
function partsOf({ definitions = {} }: File): readonly string[] {
  return Object.keys(definitions).filter((name) => definitions[name]?.type === 'array' || name === 'vars');
}

/** Of these the values are schemas by names of the author's own. */
const BY_NAME = new Set(['properties', 'patternProperties', 'definitions', 'dependencies']);
const AS_THEY_ARE = new Set(['default', 'enum', 'const', 'required']);
const FOR_PEOPLE = new Set([
  '$schema',
  'title',
  'examples',
  ...UNJUDGED.filter((word) => !['sensitive', 'patternErrorMessage'].includes(word)),
]);

/** A schema without what no fault is told with: the functions carry their schemas along, and every start would read these texts. */
function withoutTexts(schema: object): object {
  const isTold = 'not' in schema || 'oneOf' in schema || 'anyOf' in schema;
  const kept = Object.entries(schema).filter(([key]) => !FOR_PEOPLE.has(key) && (key !== 'description' || isTold));
  return Object.fromEntries(kept.map(([key, value]) => [key, AS_THEY_ARE.has(key) ? value : deeper(value, BY_NAME.has(key))]));
}

function deeper(value: unknown, byName: boolean): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => deeper(item, false));
  return byName ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, deeper(item, false)])) : withoutTexts(value);
}
