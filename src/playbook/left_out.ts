// What the steps that are left of a playbook need of those that were left out: a register that nobody sets ends a run in its middle.
import { type Expression, parseExpression } from '../expressions/parse.ts';
import { parseTemplate } from '../expressions/template.ts';
import { neededNames } from './names.ts';
import { type Stage, type Step, stepsOf } from './playbook.ts';
import { type ModuleSchema, readModuleSchemas } from './schema.ts';
import { isExpression, type ShapeSchema, subschemas } from './shape.ts';

/** A sentence for each register that is needed and set by a step that was left out. */
export function missingRegisters(all: readonly Stage[], left: readonly Stage[]): readonly string[] {
  const kept = new Set(left.flatMap(stepsOf));
  const gone = new Map(
    all.flatMap(stepsOf).flatMap((step) => (step.register !== undefined && !kept.has(step) ? [[step.register, step]] : [])),
  );
  if (gone.size === 0) return [];
  const schemas = readModuleSchemas();
  const users = new Map<string, Step[]>();
  for (const step of kept) {
    for (const name of namesOf(step, schemas.get(step.module))) if (gone.has(name)) users.set(name, [...(users.get(name) ?? []), step]);
  }
  return [...users].map(([name, [user, ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `"${user!.id}"${more} would need ${name}, which "${gone.get(name)!.id}" registers: that step is left out`;
  });
}

/** The names that a step cannot do without. */
function namesOf(step: Step, schema: ModuleSchema | undefined): ReadonlySet<string> {
  const written = [...expressionsIn(step.args, schema ? [schema] : []), ...expressionsIn([step.environment, step.loop], [])];
  return neededNames([...step.when, ...(step.until ? [step.until] : []), ...written].map(({ root }) => root));
}

function expressionsIn(value: unknown, schemas: readonly ShapeSchema[]): readonly Expression[] {
  if (typeof value === 'string') {
    if (schemas.some(isExpression)) return [parseExpression(value)];
    return parseTemplate(value).parts.filter((part) => typeof part !== 'string');
  }
  if (typeof value !== 'object' || value === null) return [];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return members.flatMap(([key, item]) => expressionsIn(item, subschemas(schemas, key)));
}
