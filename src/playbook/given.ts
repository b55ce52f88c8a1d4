// The values that inputs are given: by variables of the inventory, by the command line, by answers; and what of them an input does not take.
import type { Problem } from '../base/errors.ts';
import { secretReference } from '../base/secret_reference.ts';
import type { VariableFault } from './filled.ts';
import { type Input, inputFault } from './input.ts';
import { type Inventory, layersOf, type Vars } from './inventory.ts';
import type { Playbook } from './playbook.ts';

/** The value that an input has by what was typed, or the rest of a sentence that says why it is none. */
export function readAnswer(input: Input, text: string): { readonly value: unknown } | { readonly fault: string } {
  const value = typed(text, input);
  const fault = inputFault(input, value);
  return fault === undefined ? { value } : { fault: unsaid(input, fault) };
}

/** The inputs that the command line or the host's variables give. */
export function givenTo(
  { inputs }: Playbook,
  vars: Vars,
  extra: Vars,
  { faults, wrong }: { readonly faults: Set<string>; readonly wrong: (fault: VariableFault) => void },
): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, input] of inputs) {
    const isExtra = Object.hasOwn(extra, name);
    const value = isExtra ? typed(extra[name], input) : vars[name];
    if (value === undefined || value === null) continue;
    const fault = givenFault(input, value);
    if (fault && isExtra) faults.add(`-e ${name} ${fault}`);
    else if (fault) wrong({ variable: name, fault: ` ${fault}` });
    values.set(name, value);
  }
  return values;
}

/** A reference is held against the input once it is read. */
function givenFault(input: Input, value: unknown): string | undefined {
  const isReference = secretReference(value) !== undefined;
  if (isReference && input.sensitive) return undefined;
  if (isReference) return 'is a reference to a secret, and the input is not sensitive; write sensitive: true beside its type';
  const fault = inputFault(input, value);
  return fault && unsaid(input, fault);
}

/** Faults of the values of hosts as problems at the places of these values; one of a group is told once, not for each of its hosts. */
export function judgeOf(
  { file, inputs, whereInHosts }: Playbook,
  inventory: Inventory,
): { readonly wrong: (host: string, fault: VariableFault) => void; readonly problems: () => readonly Problem[] } {
  const layers = layersOf(inventory);
  const found = new Map<string, Problem>();
  const wrong = (host: string, { variable, fault }: VariableFault) => {
    const layer = layers(host).findLast(({ vars }) => Object.hasOwn(vars, variable));
    const position = layer?.positionOf(variable) ?? whereInHosts(host);
    const input = inputs.get(variable);
    const hint = input && `${file} takes it for its input ${variable}`;
    const problem: Problem = {
      rule: 'inventory-value',
      position,
      path: '',
      message: `${variable}${fault}`,
      hint,
      isSecret: input?.sensitive,
    };
    found.set(JSON.stringify([position, problem.message]), problem);
  };
  return { wrong, problems: () => [...found.values()] };
}

const unsaid = ({ sensitive }: Input, fault: string) => (sensitive ? 'is not of the kind that is wanted' : fault);

/** The command line has only texts. */
function typed(value: unknown, { type }: Input): unknown {
  if (typeof value !== 'string') return value;
  if ((type === 'number' || type === 'integer') && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
  if (type === 'boolean' && /^(true|yes|on|false|no|off)$/i.test(value)) return /^(true|yes|on)$/i.test(value);
  return value;
}
