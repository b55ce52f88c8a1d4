// What is told of variables wherever they are given: a kind of value that cannot be meant, and names that look like the connection's and are not.
import type { Problem } from '../../base/errors.ts';
import { didYouMean } from '../../base/nearest.ts';
import { readInventoryVariables, schemaProblems } from '../schema.ts';
import type { Given } from './collector.ts';

/** How Ansible's own programs work on hosts, and how it reaches those that the runner does not know how to reach. */
const WITHOUT_MEANING_HERE =
  /^ansible_(\w+_interpreter|\w*pipelining|\w+_executable|(remote|local)_tmp|async_dir|become_(exe|flags)|ssh_(args|retries|transfer_method)|sftp_\w+|scp_\w+|facts?|network_\w+|(winrm|psrp|httpapi|netconf|paramiko|docker|podman|kubectl)_\w+)$/;

/** Names of connection variables that the runner passes over; each name is told once. */
export class UnknownVariables {
  readonly #told = new Set<string>();
  readonly #known = new Set(readInventoryVariables());

  problemsOf({ vars, positionOf }: Given): readonly Problem[] {
    const unknown = Object.keys(vars).filter((name) => this.#isUnknown(name));
    for (const name of unknown) this.#told.add(name);
    return unknown.map((name) => ({
      rule: 'inventory-unknown-variable',
      position: positionOf(name),
      path: name,
      message: `${name} is no variable that the runner knows, and is passed over`,
      hint: didYouMean(name, this.#known),
    }));
  }

  #isUnknown(name: string): boolean {
    return name.startsWith('ansible_') && !this.#known.has(name) && !this.#told.has(name) && !WITHOUT_MEANING_HERE.test(name);
  }
}

/** For what does not come from YAML, whose documents are held against the schema as a whole. */
export function variableFaults({ vars, positionOf }: Given): readonly Problem[] {
  const places = { positionOf: ([name]: readonly (string | number)[]) => positionOf(String(name ?? '')), textOf: () => undefined };
  return schemaProblems('inventory.json#/definitions/vars', vars, places, []);
}
