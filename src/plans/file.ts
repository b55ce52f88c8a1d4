// A plan as a file: its text, and what is made of a text. schemas/plan.json describes it; nothing in it is secret.

import { canonicalJson, sha256 } from '../base/digest.ts';
import { messageOf, Refusal } from '../base/errors.ts';
import { schemaFaults } from '../playbook/schema.ts';
import type { Observed } from '../run/observed.ts';
import type { PlanFile } from './reads.ts';

/** What was given on the command line and answered at the terminal, but for sensitive values. */
export interface SavedOptions {
  readonly playbook: string;
  readonly inventory: readonly string[];
  readonly limit: string | null;
  readonly tags: readonly string[];
  readonly skip_tags: readonly string[];
  readonly start_at_task: string | null;
  /** as they were written; of a sensitive one only its name */
  readonly extra_vars: readonly string[];
  /** by input */
  readonly answers: Readonly<Record<string, unknown>>;
  /** sensitive inputs that were answered */
  readonly asked_again: readonly string[];
  readonly user: string | null;
  readonly private_key: string | null;
  readonly become: boolean;
}

export interface SavedHost extends Observed {
  readonly host: string;
  readonly status: 'ok' | 'ended';
  readonly inputs: Readonly<Record<string, unknown>>;
  /** sensitive inputs by name, see plans/sealed.ts */
  readonly sealed: Readonly<Record<string, string>>;
}

export interface SavedPlan {
  readonly made: {
    readonly id: string;
    /** ISO, UTC */
    readonly at: string;
    readonly by: string;
    readonly runner: string;
    readonly directory: string;
  };
  readonly files: readonly PlanFile[];
  readonly options: SavedOptions;
  readonly salt: string;
  readonly batches: readonly (readonly string[])[];
  readonly hosts: readonly SavedHost[];
}

const KIND = 'switchyard plan';
const VERSION = 1;

/** Whether a text is a saved plan and no playbook; a spoilt one is one, too. */
export function isPlanText(text: string): boolean {
  return new RegExp(`^\\s*\\{[^]{0,200}"kind"\\s*:\\s*"${KIND}"`).test(text);
}

/** The text of the file. */
export function planText(plan: SavedPlan): string {
  const { made, files, options, salt, batches, hosts } = plan; // in the order in which they are read
  const content = { made, files, options, salt, batches, hosts };
  const head = { kind: KIND, version: VERSION };
  return `${JSON.stringify({ ...head, digest: digestOf({ ...head, ...content }), ...content }, undefined, 2)}\n`;
}

/** Throws a Refusal for a text that is not, to the letter of its data, what planText gave. */
export function readPlanText(text: string, file: string): SavedPlan {
  const { version, digest, ...content } = parse(text, file);
  if (version !== VERSION) throw refusal(`${file} is a plan of format ${JSON.stringify(version)}; this runner knows ${VERSION}`);
  if (digest !== digestOf({ version, ...content })) throw refusal(`${file} was changed after it was made: its digest does not fit`);
  const faults = schemaFaults('plan.json', { version, digest, ...content });
  if (faults.length > 0) throw refusal(`${file} is not what this runner saves: ${faults.join('; ')}`);
  return content as unknown as SavedPlan;
}

function parse(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw refusal(`${file} is not whole: ${messageOf(error)}`);
  }
}

const digestOf = (content: object) => `sha256:${sha256(canonicalJson(content))}`;

const refusal = (message: string) => new Refusal(message, { next: 'make a new plan with switchyard plan PLAYBOOK -o FILE' });
