// The inputs of a playbook: what may be set from outside, and which values each of them takes.
import { parseRelease } from '../base/release.ts';
import { compilePattern, findMatch, PatternError } from '../expressions/regex.ts';
import { at, entriesOf, type Findings, isMap, type Place } from './place.ts';
import type { Texts } from './texts.ts';

export interface Input {
  readonly type: 'string' | 'path' | 'url' | 'version' | 'number' | 'integer' | 'boolean';
  readonly description: string;
  readonly default?: string | number | boolean;
  /** what to ask whoever sits at the terminal where nobody gave a value */
  readonly prompt?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly sensitive: boolean;
}

/** The inputs at a place, each declared as a name. */
export function readInputs(place: Place, findings: Findings, texts: Texts): ReadonlyMap<string, Input> {
  const inputs = new Map<string, Input>();
  for (const [name, written] of entriesOf(place)) {
    texts.declare(name, written, "a name of the runner's own");
    if (!isMap(written.value)) continue;
    const pattern = patternOf(at(written, 'pattern'), findings);
    const input = { sensitive: false, description: '', ...written.value, pattern } as unknown as Input;
    inputs.set(name, input);
    if (input.default !== undefined) judgeDefault(input, at(written, 'default'), findings);
  }
  return inputs;
}

function judgeDefault(input: Input, place: Place, findings: Findings): void {
  const message = inputFault(input, place.value);
  if (message === undefined) return;
  const isText = typeof place.value === 'number' && ['string', 'version', 'path', 'url'].includes(input.type);
  const hint = isText ? `write "${place.document.textOf(place.path)}"` : undefined;
  findings.report(place, { rule: 'input-default', message, hint });
}

/** undefined also where it is no pattern: that is reported. */
function patternOf(place: Place, findings: Findings): string | undefined {
  if (typeof place.value !== 'string') return undefined;
  try {
    compilePattern(place.value);
    return place.value;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const { message, hint, start, end } = error;
    findings.report(place, { rule: 'input-pattern', message, hint, span: { start, end } });
    return undefined;
  }
}

/** Why a value is none that the input takes, as the rest of a sentence; undefined: it is one. */
export function inputFault(input: Input, value: unknown): string | undefined {
  const shown = JSON.stringify(value);
  if (input.type === 'boolean' ? typeof value !== 'boolean' : input.type === 'number' ? typeof value !== 'number' : false)
    return `must be a ${input.type}, not ${shown}`;
  if (input.type === 'integer') return Number.isInteger(value) ? enumFault(input, value) : `must be a whole number, not ${shown}`;
  if (['string', 'path', 'url', 'version'].includes(input.type)) {
    if (typeof value !== 'string') return `must be a text, not ${shown}`;
    if (input.type === 'version' && !parseRelease(value)) return `must be a version, not ${shown}`;
    if (input.type === 'url' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return `must be a URL, not ${shown}`;
    if (input.type === 'path' && value !== '' && !value.startsWith('/')) return `must be an absolute path, not ${shown}`;
    if (input.pattern !== undefined && !findMatch(compilePattern(input.pattern), value))
      return `${shown} does not fit the pattern ${input.pattern}`;
  }
  return enumFault(input, value);
}

function enumFault(input: Input, value: unknown): string | undefined {
  if (input.enum === undefined || input.enum.includes(value)) return undefined;
  return `must be one of ${input.enum.map(String).join(', ')}, not ${JSON.stringify(value)}`;
}
