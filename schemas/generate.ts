// Writes what follows from the module schemas: src/modules/arguments.ts (types), schemas/arguments.json (what playbooks may write) and
// docs/modules/*.md (pages). `npm run generate`.
// test/schemas.test.ts fails when what is committed is not what this would write.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';
import { type Callable, FILTERS, TESTS } from '../src/playbook/filters.ts';
import { argumentsSchema, type Schema } from './written.ts';

interface Property {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly volatile?: boolean;
  readonly items?: Property;
  readonly oneOf?: readonly Property[];
  readonly anyOf?: readonly Property[];
  readonly properties?: Readonly<Record<string, Property>>;
}

export interface ModuleSchema extends Property {
  readonly title: string;
  readonly description: string;
  readonly required?: readonly string[];
  readonly outputs: Property;
  readonly examples: readonly unknown[];
  /** names of steps that the examples could be of, in their order */
  readonly exampleSteps: readonly string[];
}

const here = new URL('./modules/', import.meta.url);

/** Every module's schema by the module's name, in the order of names. */
export function readSchemas(): ReadonlyMap<string, ModuleSchema> {
  const names = readdirSync(here)
    .filter((name) => name.endsWith('.json'))
    .sort();
  return new Map(names.map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(new URL(name, here), 'utf8')) as ModuleSchema]));
}

/** The text of src/modules/arguments.ts. */
export async function argumentTypes(schemas: ReadonlyMap<string, ModuleSchema>): Promise<string> {
  const parts = [
    '// Made by `npm run generate` from schemas/modules/*.json: the arguments of each module. Change the schema, not this file.\n',
  ];
  for (const [name, { outputs: _outputs, examples: _examples, exampleSteps: _steps, ...schema }] of schemas) {
    const typeName = `${name.replace(/(^|_)([a-z])/g, (_all, _bar, letter: string) => letter.toUpperCase())}Arguments`;
    const text = await compile({ ...untitled(schema), title: typeName, description: undefined } as never, typeName, {
      bannerComment: '',
      additionalProperties: false,
      ignoreMinAndMaxItems: true,
      style: { singleQuote: true, printWidth: 140 },
    });
    parts.push(text);
  }
  return parts.join('\n');
}

/** Without titles: the generator would make a named type of each, and `path` of two modules would clash. */
function untitled(schema: Property): Property {
  return JSON.parse(JSON.stringify(schema), (key, value) => (key === 'title' && typeof value === 'string' ? undefined : value)) as Property;
}

function typeOf(property: Property): string {
  if (property.enum) return property.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  const alternatives = property.oneOf ?? property.anyOf;
  if (alternatives) return alternatives.map(typeOf).join(' or ');
  if (property.format === 'expression') return 'expression';
  if (property.type === 'array') return `list of ${property.items ? typeOf(property.items) : 'anything'}`;
  return property.type === undefined ? 'anything' : [property.type].flat().join(' or ');
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const VOLATILE =
  '† it, or what is named in brackets, may be another one at the next look although nothing was changed: a saved plan is not held to it.';

/** What of an output is volatile, as its row in the page tells it. */
function volatileMark(property: Property): string {
  if (property.volatile === true) return ' †';
  const parts = Object.entries(property.properties ?? {}).filter(([, part]) => part.volatile === true);
  return parts.length === 0 ? '' : ` † (${parts.map(([name]) => `\`${name}\``).join(', ')})`;
}

/** The page docs/modules/<name>.md. */
export function page(name: string, schema: ModuleSchema): string {
  const lines = [
    `# ${name}`,
    '',
    schema.description,
    '',
    '## Arguments',
    '',
    '| argument | type | default | what it is |',
    '|---|---|---|---|',
  ];
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const fallback = schema.required?.includes(key)
      ? '**required**'
      : property.default === undefined
        ? ''
        : `\`${JSON.stringify(property.default)}\``;
    lines.push(`| \`${key}\` | ${cell(typeOf(property))} | ${cell(fallback)} | ${cell(property.description ?? '')} |`);
  }
  const outputs = Object.entries(schema.outputs.properties ?? {});
  lines.push('', '## Outputs (`register`)', '');
  if (outputs.length === 0) lines.push('None.');
  else {
    lines.push('| output | type | what it is |', '|---|---|---|');
    for (const [key, property] of outputs) {
      lines.push(`| \`${key}\` | ${cell(typeOf(property))} | ${cell(property.description ?? '')}${volatileMark(property)} |`);
    }
    if (outputs.some(([, property]) => volatileMark(property) !== '')) lines.push('', VOLATILE);
  }
  lines.push('', '## Examples', '');
  for (const example of schema.examples) lines.push('```yaml', `${name}: ${JSON.stringify(example)}`, '```', '');
  return lines.join('\n');
}

/** The lists of filters and tests in docs/playbook.md, between its two marks. */
export function withFunctions(text: string): string {
  const rows = (table: ReadonlyMap<string, Callable<unknown>>) =>
    [...table]
      .map(
        ([name, { parameters, required }]) =>
          `\`${name}${parameters.length > 0 ? `(${parameters.map((word, i) => (i < required ? word : `${word}?`)).join(', ')})` : ''}\``,
      )
      .join(', ');
  const lists = `${BEGIN}\nFilters: ${rows(FILTERS)}.\n\nTests (\`x is …\`): ${rows(TESTS)}.\n${END}`;
  return `${text.split(BEGIN)[0]}${lists}${text.split(END)[1] ?? '\n'}`;
}

const BEGIN = '<!-- filters and tests: written by npm run generate -->';
const END = '<!-- end of filters and tests -->';

if (import.meta.main) {
  const playbookPage = new URL('../docs/playbook.md', import.meta.url);
  writeFileSync(playbookPage, withFunctions(readFileSync(playbookPage, 'utf8')));
  const schemas = readSchemas();
  writeFileSync(new URL('../src/modules/arguments.ts', import.meta.url), await argumentTypes(schemas));
  writeFileSync(new URL('./arguments.json', import.meta.url), argumentsSchema(schemas as unknown as ReadonlyMap<string, Schema>));
  for (const [name, schema] of schemas) writeFileSync(new URL(`../docs/modules/${name}.md`, import.meta.url), page(name, schema));
}
