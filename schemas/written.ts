// The arguments of a module as a playbook may write them: as the module gets them, or a template in the place of any value.
// schemas/arguments.json is made of it; schemas/playbook.json refers there, so that an editor finds no fault in a template.

/** As much of a JSON Schema as is looked into here. */
type Schema = Readonly<Record<string, unknown>>;

/** What is told of a value, whatever form it has. */
const TOLD = ['title', 'description', 'default', 'examples', 'sensitive'];

/** The text of schemas/arguments.json. */
export function argumentsSchema(modules: ReadonlyMap<string, object>): string {
  const definitions = Object.fromEntries([...modules].map(([name, schema]) => [name, moduleArguments(schema as Schema)]));
  const all = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment: 'Made by `npm run generate` from schemas/modules/*.json. Change those, not this file.',
    title: 'arguments',
    description: 'The arguments of each module as a playbook writes them: a template may stand for any value.',
    definitions,
  };
  return `${JSON.stringify(all, undefined, 2)}\n`;
}

function moduleArguments({ $schema: _dialect, outputs: _outputs, exampleSteps: _steps, ...schema }: Schema): Schema {
  return { ...schema, properties: membersAsWritten(schema.properties) };
}

function membersAsWritten(members: unknown): Schema {
  return Object.fromEntries(Object.entries((members ?? {}) as Record<string, Schema>).map(([key, value]) => [key, asWritten(value)]));
}

function asWritten(schema: Schema): Schema {
  if (holdsExpression(schema) || takesAnyText(schema)) return schema;
  const told = Object.fromEntries(Object.entries(schema).filter(([key]) => TOLD.includes(key)));
  const asked = Object.fromEntries(Object.entries(schema).filter(([key]) => !TOLD.includes(key)));
  return { ...told, anyOf: [withMembers(asked), templateOf(schema)] };
}

/** It says what the argument is: an editor shows the texts of the form that a value has. */
const templateOf = ({ title, description }: Schema): Schema => ({ title, description, type: 'string', pattern: '\\{\\{' });

function withMembers(schema: Schema): Schema {
  const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
  return {
    ...schema,
    ...(schema.properties === undefined ? {} : { properties: membersAsWritten(schema.properties) }),
    ...(isSchema(schema.items) ? { items: asWritten(schema.items) } : {}),
    ...(isSchema(schema.additionalProperties) ? { additionalProperties: asWritten(schema.additionalProperties) } : {}),
  };
}

/** A bare expression is no template, and is none where a list of them may stand. */
function holdsExpression(schema: Schema): boolean {
  const either = (schema.oneOf ?? schema.anyOf ?? []) as readonly Schema[];
  return schema.format === 'expression' || either.some(holdsExpression);
}

const takesAnyText = ({ type, pattern, enum: values, format }: Schema) =>
  [type].flat().includes('string') && pattern === undefined && values === undefined && format === undefined;
