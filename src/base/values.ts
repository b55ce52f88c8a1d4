// What is wrong with single values of a file, or doubtful: told of them as they are written, before anybody knows what they are for.
import type { RuleId } from './rules.ts';
import { otherReading } from './scalars.ts';
import type { Reading, Tree } from './tree.ts';

/** `start` and `end` are offsets in the text. */
export interface ValueFault {
  readonly rule: RuleId;
  readonly start: number;
  readonly end: number;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string;
}

type Scalar = Extract<Tree, { kind: 'scalar' }>;
type Fault = Omit<ValueFault, 'start' | 'end' | 'path'> | undefined;

/** In the order of the text; each value once, however often aliases repeat it. */
export function valueFaults(tree: Tree, reading: Reading): readonly ValueFault[] {
  const faults: ValueFault[] = [];
  const add = ({ start, end }: Tree, path: ValueFault['path'], fault: Fault) => {
    if (fault) faults.push({ ...fault, start, end, path });
  };
  const judge = reading === 'ansible' ? readAsAnsible : readByYaml;
  const visit = (part: Tree | undefined, path: ValueFault['path']): void => {
    if (part?.kind === 'scalar') add(part, path, escapeFault(part) ?? judge(part));
    else if (part?.kind === 'list') for (const [i, item] of part.items.entries()) visit(item, [...path, i]);
    else if (part?.kind === 'map') {
      for (const { key, value } of part.entries) {
        const name = key?.kind === 'scalar' ? [...path, key.text] : path;
        if (key?.kind === 'scalar') add(key, name, escapeFault(key) ?? readAsText(key));
        visit(value, name);
      }
    }
  };
  visit(tree, []);
  return faults;
}

function escapeFault({ value, style }: Scalar): Fault {
  if (typeof value !== 'string' || style !== 'QUOTE_DOUBLE') return undefined;
  const rule = 'control-character';
  if (value.includes('\0')) return { rule, message: 'no program takes a text with a zero byte in it', hint: 'take it out' };
  return value.isWellFormed() ? undefined : { rule, message: 'an escape stands for half a character', hint: 'write the whole character' };
}

function readByYaml(scalar: Scalar): Fault {
  const { value, text } = scalar;
  if (typeof value !== 'number' || isKept(value, text)) return readAsText(scalar);
  return { rule: 'yaml-number', message: `${text} cannot be kept as a number: it would be ${value}`, hint: `write "${text}"` };
}

const isKept = (value: number, text: string) => Number.isFinite(value) && (!/^[-+]?\d+$/.test(text) || Number.isSafeInteger(value));

/** As YAML 1.2 has it, where Ansible would read something else. Keys are texts in either reading. */
function readAsText({ value, text, style }: Scalar): Fault {
  const other = style === 'PLAIN' ? otherReading(text) : undefined;
  if (other === undefined) return undefined;
  const message = `${text} is ${said(typeof value === 'boolean' ? text : value)} here, and ${said(other)} for Ansible`;
  return { rule: 'yaml-ambiguous', message, hint: `write ${typeof other === 'string' ? value : other}, or "${text}"` };
}

function readAsAnsible({ value, text, style }: Scalar): Fault {
  const other = style === 'PLAIN' ? otherReading(text) : undefined;
  if (other === undefined || other !== value) return undefined;
  const message = `${text} is read as ${JSON.stringify(value)}, as Ansible reads it`;
  return { rule: 'yaml-ansible', message, hint: `write ${typeof value === 'string' ? '' : `${value}, or `}"${text}"` };
}

function said(value: unknown): string {
  if (typeof value === 'string') return 'a text';
  return typeof value === 'number' ? `the number ${value}` : String(value);
}
