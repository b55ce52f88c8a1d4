// What the operators of expressions do, on plain data.
import { TaskError } from '../base/errors.ts';
import type { Operator } from './node.ts';
import { contains, equals, inText, shown } from './values.ts';

export function operate(operator: Operator, left: unknown, right: unknown): unknown {
  if (operator === '~') return inText(left) + inText(right);
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (operator === '+' && Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  const [a, b] = [operand(left, operator), operand(right, operator)];
  const result = arithmetic(operator, a, b);
  if (!Number.isFinite(result)) throw new TaskError(`${shown(left)} ${operator} ${shown(right)} is not a finite number`);
  const isWhole = Number.isInteger(a) && Number.isInteger(b) && Number.isInteger(result);
  if (isWhole && !Number.isSafeInteger(result))
    throw new TaskError(`${shown(left)} ${operator} ${shown(right)} is too large to be kept exactly`);
  return result + 0; // no -0
}

/** A number for a sign before it. */
export function operand(value: unknown, operator: string): number {
  if (typeof value === 'number') return value;
  throw new TaskError(`${operator} needs numbers, not ${shown(value)}`);
}

function arithmetic(operator: Operator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return floorDivide(a, b);
    case '%':
      return modulo(a, b);
    default:
      return a ** b;
  }
}

/** What is left of a division, with the sign of the divisor, as in Python. */
export function modulo(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

function floorDivide(a: number, b: number): number {
  const quotient = (a - modulo(a, b)) / b;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** Whether two values compare like this. Throws for those that have no order, and for versions, which have another one than texts. */
export function isOrdered(operator: string, left: unknown, right: unknown): boolean {
  if (operator === '==' || operator === '!=') return equals(left, right) === (operator === '==');
  if (operator === 'in' || operator === 'not in') return contains(right, left) === (operator === 'in');
  if (typeof left === 'string' && typeof right === 'string' && looksLikeVersion(left) && looksLikeVersion(right)) {
    throw new TaskError(
      `${operator} compares "${left}" and "${right}" letter by letter: write ${shown(left)} is version(${shown(right)}, '${operator}')`,
    );
  }
  if (!(typeof left === 'number' && typeof right === 'number') && !(typeof left === 'string' && typeof right === 'string')) {
    throw new TaskError(`${operator} needs two numbers or two texts, not ${shown(left)} and ${shown(right)}`);
  }
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

const looksLikeVersion = (text: string) => /^v?\d+(\.\d+)+/.test(text);
