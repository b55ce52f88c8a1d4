// Filters for numbers, and those that make numbers.
import { TaskError } from '../base/errors.ts';
import type { Arguments } from './functions.ts';
import { number, shown, text, wholeNumber } from './values.ts';

export const NUMBER_FILTERS = {
  int: {
    takes: 'default?, base=10',
    says: 'The value as a whole number, without what stands after its point; the default where it is none, and an error without one.',
    example: "'42' | int",
    apply: (value: unknown, args: Arguments) => orElse(value, whole(value, wholeNumber(args.base)), args.default),
  },
  float: {
    takes: 'default?',
    says: 'The value as a number; the default where it is none, and an error without one.',
    example: "'0.5' | float",
    apply: (value: unknown, args: Arguments) => orElse(value, fraction(value), args.default),
  },
  round: {
    takes: "precision=0, method='common'",
    says: "The number with that many digits after the point, a half to the even one; method 'ceil' or 'floor' rounds up or down.",
    example: '7.456 | round(1)',
    apply: (value: unknown, { precision, method }: Arguments) => round(number(value), wholeNumber(precision), text(method)),
  },
  abs: { says: 'The number without its sign.', example: '-3 | abs', apply: (value: unknown) => Math.abs(number(value)) },
} as const;

function orElse(value: unknown, result: number | undefined, instead: unknown): unknown {
  if (result !== undefined) return result;
  if (instead !== undefined) return instead;
  throw new TaskError(`${shown(value)} is not a number`);
}

function whole(value: unknown, base: number): number | undefined {
  const result = (typeof value === 'string' && base !== 10 ? inBase(value.trim(), base) : undefined) ?? fraction(value);
  if (result === undefined || Number.isSafeInteger(Math.trunc(result))) return result === undefined ? undefined : Math.trunc(result) + 0;
  throw new TaskError(`${shown(value)} is too large to be kept as a whole number`);
}

function fraction(value: unknown): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  const isNumber = typeof value === 'string' && /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value);
  const result = isNumber ? Number(value) : Number.NaN;
  return Number.isFinite(result) ? result : undefined;
}

const PREFIXES: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' };

function inBase(value: string, base: number): number | undefined {
  if (base < 2 || base > 36) throw new TaskError(`a base is a number from 2 to 36, not ${base}`);
  const sign = value.startsWith('-') ? -1 : 1;
  const unsigned = value.replace(/^[-+]/, '').toLowerCase();
  const digits = unsigned.startsWith(PREFIXES[base] ?? '\0') ? unsigned.slice(2) : unsigned;
  const known = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, base);
  const isNumber = digits !== '' && [...digits].every((digit) => known.includes(digit));
  return isNumber ? sign * Number.parseInt(digits, base) : undefined;
}

function round(value: number, precision: number, method: string): number {
  if (method === 'common') return precision < 0 ? halfEven(value * 10 ** precision, 0) / 10 ** precision : halfEven(value, precision);
  const direction = { ceil: Math.ceil, floor: Math.floor }[method];
  if (!direction) throw new TaskError(`${shown(method)} is no way to round: common, ceil and floor are`);
  return direction(value * 10 ** precision) / 10 ** precision;
}

/** As Python rounds: by what the number really is, and a true half to the even digit. */
function halfEven(value: number, digits: number): number {
  if (digits > 99 || Math.abs(value) >= 1e21) return value;
  const [whole = '', fraction = ''] = Math.abs(value).toFixed(100).split('.');
  const isHalf = /^50*$/.test(fraction.slice(digits));
  const kept = `${whole}.${fraction.slice(0, digits)}`;
  const isEven = Number(kept.replace('.', '').at(-1)) % 2 === 0;
  const result = isHalf && isEven ? Number(kept) : Number(Math.abs(value).toFixed(digits));
  return value < 0 ? -result : result;
}
