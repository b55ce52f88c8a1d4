// Whether the hosts have the inputs that a saved plan was made with.
import { canonicalJson } from '../base/digest.ts';
import type { SavedPlan } from '../plans/file.ts';
import { Sealer } from '../plans/sealed.ts';
import type { Prepared } from './load.ts';
import { openInputs, sensitiveOf } from './saving.ts';

/** A sentence for each input that is another one. Of a sensitive one no value is told. */
export function changedInputs({ hosts, salt }: SavedPlan, { plan: { playbook, batches } }: Prepared): readonly string[] {
  const sealer = new Sealer(salt);
  const now = new Map(batches.flat().map((host) => [host.name, host]));
  const changes: string[] = [];
  const secrets = new Set<string>();
  for (const { host, inputs, sealed } of hosts) {
    const planned = now.get(host);
    if (planned === undefined) continue; // the hosts are other ones: told already
    for (const [name, value] of Object.entries(openInputs(planned, playbook))) {
      const [was, is] = [canonicalJson(inputs[name] ?? null), canonicalJson(value ?? null)];
      if (was !== is) changes.push(`the input ${name} of ${host}: then ${was}, now ${is}`);
    }
    for (const name of sensitiveOf(playbook)) if (!sealer.isSame(planned.inputs[name], sealed[name] ?? '')) secrets.add(name);
  }
  return [...changes, ...[...secrets].map((name) => `the input ${name} is not what it was when the plan was made`)];
}
