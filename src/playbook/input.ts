// The inputs of a playbook: what may be set from outside, and which values each of them takes.
import { asText, isMap } from '../base/data.ts';
import { parseRelease } from '../base/release.ts';
import { placedReference, REFERENCES, type SecretReference, secretReference } from '../base/secret_reference.ts';
import { compilePattern, findMatch, PatternError } from '../expressions/regex.ts';
import { at, entriesOf, type Findings, type Place } from './place.ts';
import type { Texts } from './texts.ts';

export interface Input {
  readonly type: 'string' | 'path' | 'url' | 'version' | 'number' | 'integer' | 'boolean';
  readonly description: string;
  /** a reference only where the input is sensitive */
  readonly default?: string | number | boolean | SecretReference;
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
    const fallback = placedReference(written.value.default, () => written.document.file);
    const choices = Array.isArray(written.value.enum) ? written.value.enum : undefined;
    const input = { sensitive: false, description: '', ...written.value, default: fallback, pattern, enum: choices } as unknown as Input;
    inputs.set(name, input);
    if (fallback !== undefined) judgeDefault(input, at(written, 'default'), findings);
  }
  return inputs;
}

/** What stands as a secret in the playbook itself: the defaults of sensitive inputs. */
export function writtenSecrets(inputs: ReadonlyMap<string, Input>): readonly string[] {
  return [...inputs.values()].filter(isWrittenSecret).map((input) => asText(input.default));
}

const isWrittenSecret = ({ sensitive, default: value }: Input): boolean =>
  sensitive === true && value !== undefined && value !== '' && !secretReference(value);

function judgeDefault(input: Input, place: Place, findings: Findings): void {
  if (isWrittenSecret(input)) {
    const message = 'a secret stands in the playbook, for everyone who reads it';
    findings.report(place, { rule: 'input-secret', message, hint: `write ${REFERENCES}, or leave it out` });
  }
  if (secretReference(place.value)) {
    const message = 'a reference to a secret is for sensitive inputs only';
    if (input.sensitive !== true) findings.report(place, { rule: 'input-default', message, hint: 'write sensitive: true beside it' });
    return;
  }
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
  return `must be one of ${input.enum.map(asText).join(', ')}, not ${JSON.stringify(value)}`;
}
