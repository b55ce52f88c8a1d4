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
  const faults = new Set<string>();
  const vars = filledVars(host, writtenVars(inventory, isSecretName)(host), [], faults);
  if (faults.size > 0) throw new UsageError([...faults].join('\n'));
  return vars;
}

/** The variables with templates filled in where the runner uses them: the connection's and those in `names`. Others stay as they are written. */
export function filledVars(host: string, vars: Vars, names: Iterable<string>, faults: Set<string>): Vars {
  const filled: Record<string, unknown> = { ...vars };
  const scope = { ...vars, inventory_hostname: host };
  for (const name of new Set([...Object.keys(vars).filter((key) => CONNECTION.test(key)), ...names])) {
    if (!Object.hasOwn(filled, name)) continue;
    try {
      let value = filled[name];
      for (let i = 0; i < DEEPEST && isTemplate(value); i++) value = render(value, scope);
      if (isTemplate(value)) faults.add(`${host}: the variable ${name} leads back to itself`);
      filled[name] = value;
    } catch (error) {
      faults.add(`${host}: the variable ${name}: ${messageOf(error)}`);
    }
  }
  return filled;
}

const isTemplate = (value: unknown) => value !== undefined && JSON.stringify(value).includes('{{');
