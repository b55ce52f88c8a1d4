// Templates in the variables of hosts, filled in where the runner uses them.
import { messageOf, UsageError } from '../base/errors.ts';
import { isSecretName } from '../base/secret_reference.ts';
import { type Inventory, type Vars, writtenVars } from './inventory.ts';
import { render } from './render.ts';

/** The variables that say how to reach a host. */
const CONNECTION = /^ansible_(host|port|user|connection|password|private_key_file|shell_type|become\w*|ssh_\w+)$/;

/** How often a template may lead to a variable that is a template itself. */
const DEEPEST = 10;

/** All variables of a host, ready to connect by. Throws a UsageError for a template that cannot be filled in. */
export function varsOf(inventory: Inventory, host: string): Vars {
  const faults: string[] = [];
  const vars = filledVars(host, writtenVars(inventory, isSecretName)(host), {
    names: [],
    wrong: (fault) => faults.push(faultText(host, fault)),
  });
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return vars;
}

/** What is wrong with the value of a variable, as the rest of a sentence that begins with its name. */
export interface VariableFault {
  readonly variable: string;
  readonly fault: string;
}

/** The same as a sentence of its own. */
export const faultText = (host: string, { variable, fault }: VariableFault): string => `${host}: the variable ${variable}${fault}`;

/**
 * The variables with templates filled in where the runner uses them: the connection's and those in `names`. Others stay as they are written, and
 * so do those of which `wrong` hears.
 */
export function filledVars(
  host: string,
  vars: Vars,
  { names, wrong }: { readonly names: Iterable<string>; readonly wrong: (fault: VariableFault) => void },
): Vars {
  const filled: Record<string, unknown> = { ...vars };
  const scope = { ...vars, inventory_hostname: host };
  for (const name of new Set([...Object.keys(vars).filter((key) => CONNECTION.test(key)), ...names])) {
    if (!Object.hasOwn(filled, name)) continue;
    try {
      let value = filled[name];
      for (let i = 0; i < DEEPEST && isTemplate(value); i++) value = render(value, scope);
      if (isTemplate(value)) wrong({ variable: name, fault: ' leads back to itself' });
      filled[name] = value;
    } catch (error) {
      wrong({ variable: name, fault: `: ${messageOf(error)}` });
    }
  }
  return filled;
}

const isTemplate = (value: unknown) => value !== undefined && JSON.stringify(value).includes('{{');
