// The arguments of each module as TypeScript: src/modules/arguments.ts.
import { compile } from 'json-schema-to-typescript';
import type { ModuleText } from '../src/playbook/topics.ts';

/** The text of src/modules/arguments.ts. */
export async function argumentTypes(modules: ReadonlyMap<string, ModuleText>): Promise<string> {
  const parts = [
    '// Made by `npm run generate` from schemas/modules/*.json: the arguments of each module. Change the schema, not this file.\n',
  ];
  for (const [name, { outputs: _outputs, examples: _examples, exampleSteps: _steps, ...schema }] of modules) {
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
function untitled(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (key, value) => (key === 'title' && typeof value === 'string' ? undefined : value)) as object;
}
