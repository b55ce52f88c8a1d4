// Values of a playbook with their templates filled in.
import { TaskError } from '../base/errors.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { type Expression, parseExpression } from '../expressions/parse.ts';
import type { Scope } from '../expressions/scope.ts';
import { parseTemplate, type Template } from '../expressions/template.ts';
import { bounded, inText, LARGEST } from '../expressions/values.ts';
import { isExpression, type ShapeSchema, subschemas } from './shape.ts';

/**
 * A tree with every string in it rendered. A string that is one whole {{ x }} becomes the value of x with its type. By the schema, a string of
 * `format: expression` becomes { source, value }. Keys are left as they are. Throws for what gets larger than a value may be.
 */
export function render(value: unknown, scope: Scope, schema?: ShapeSchema): unknown {
  return bounded(renderTree(value, scope, schema === undefined ? [] : [schema]));
}

function renderTree(value: unknown, scope: Scope, schemas: readonly ShapeSchema[]): unknown {
  if (typeof value === 'string') {
    if (schemas.some(isExpression)) return { source: value.trim(), value: evaluate(parseExpression(value), scope) };
    return value.includes('{') ? renderTemplate(parseTemplate(value), scope) : value;
  }
  if (Array.isArray(value)) return value.map((item, i) => renderTree(item, scope, subschemas(schemas, i)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renderTree(item, scope, subschemas(schemas, key))]));
}

function renderTemplate({ parts }: Template, scope: Scope): unknown {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return typeof first === 'string' ? first : evaluate(first, scope);
  let text = '';
  for (const part of parts) {
    text += typeof part === 'string' ? part : textOf(part, scope);
    if (text.length > LARGEST) throw new TaskError('the text gets too large');
  }
  return text;
}

function textOf(expression: Expression, scope: Scope): string {
  const value = evaluate(expression, scope);
  if (value === null) throw new TaskError(`none cannot stand in a text, in: ${expression.source}`);
  return inText(value);
}
