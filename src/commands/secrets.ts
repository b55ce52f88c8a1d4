// References to secrets become secrets, when a command really begins and before any host is asked: marked first of all, each read once.
import { messageOf, UsageError } from '../base/errors.ts';
import { isSecretName, type SecretReference, secretReference } from '../base/secret_reference.ts';
import { readSecret } from '../connections/secret_source.ts';
import { readAnswer } from '../playbook/given.ts';
import type { Vars } from '../playbook/inventory.ts';
import type { Plan, PlannedHost } from '../playbook/plan.ts';
import { hostsText } from './questions.ts';
import type { World } from './world.ts';

/** The plan with its secrets. Rejects with a UsageError that says every one that cannot be read, or is not what its input takes. */
export async function withSecrets(plan: Plan, world: World): Promise<Plan> {
  const reader = new SecretReader(world);
  const batches = await Promise.all(plan.batches.map((batch) => Promise.all(batch.map((host) => hostWithSecrets(host, plan, reader)))));
  reader.refuse();
  return { ...plan, batches };
}

/** The variables of hosts with their passwords. Rejects as withSecrets does. */
export async function passwordsIn(vars: ReadonlyMap<string, Vars>, world: World): Promise<ReadonlyMap<string, Vars>> {
  const reader = new SecretReader(world);
  const filled = await Promise.all([...vars].map(async ([host, own]) => [host, await reader.fill(host, own)] as const));
  reader.refuse();
  return new Map(filled);
}

async function hostWithSecrets(host: PlannedHost, { playbook }: Plan, reader: SecretReader): Promise<PlannedHost> {
  const inputs: Record<string, unknown> = { ...host.inputs };
  for (const [name, input] of playbook.inputs) {
    const reference = input.sensitive ? secretReference(inputs[name]) : undefined;
    const what = `the input ${name}`;
    const text = reference && (await reader.read(reference, { host: host.name, what }));
    if (text === undefined) continue;
    const read = readAnswer(input, text);
    if ('fault' in read) reader.fail({ host: host.name, what }, read.fault);
    else inputs[name] = read.value;
  }
  return { ...host, vars: await reader.fill(host.name, host.vars), inputs };
}

/** What a secret is for. */
interface Use {
  readonly host: string;
  readonly what: string;
}

class SecretReader {
  readonly #world: World;
  readonly #read = new Map<string, Promise<string>>();
  /** by sentence: the hosts it is about */
  readonly #faults = new Map<string, Set<string>>();

  constructor(world: World) {
    this.#world = world;
  }

  async fill(host: string, vars: Vars): Promise<Vars> {
    const filled: Record<string, unknown> = { ...vars };
    for (const [name, value] of Object.entries(vars)) {
      const reference = isSecretName(name) ? secretReference(value) : undefined;
      if (reference) filled[name] = await this.read(reference, { host, what: `the variable ${name}` });
    }
    return filled;
  }

  /** undefined: it could not be read, which is kept for `refuse`. */
  async read(reference: SecretReference, use: Use): Promise<string | undefined> {
    const key = JSON.stringify(reference);
    const reading = this.#read.get(key) ?? this.#begin(reference);
    this.#read.set(key, reading);
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.fail(use, messageOf(error), ': ');
      return undefined;
    }
  }

  fail({ host, what }: Use, fault: string, colon = ' '): void {
    const sentence = `${what}${colon}${fault}`;
    this.#faults.set(sentence, (this.#faults.get(sentence) ?? new Set()).add(host));
  }

  refuse(): void {
    const sentences = [...this.#faults].map(([sentence, hosts]) => `${hostsText([...hosts])}: ${sentence}`);
    if (sentences.length > 0) throw new UsageError(sentences.join('\n'));
  }

  async #begin(reference: SecretReference): Promise<string> {
    const { env, home, cwd, interrupt, secrets, stderr } = this.#world;
    const warn = (message: string) => stderr(`warning: ${message}\n`);
    return secrets.mark(await readSecret(reference, { env, home, cwd, signal: interrupt.signal, warn }));
  }
}
