// What a plan leaves in its file: the options it was made with, without secrets, and what was seen of each host.
import { UsageError } from '../base/errors.ts';
import { isSecretName } from '../base/secret_reference.ts';
import { planText, type SavedHost, type SavedOptions } from '../plans/file.ts';
import type { PlanFile } from '../plans/reads.ts';
import { Sealer } from '../plans/sealed.ts';
import type { PlannedHost } from '../playbook/plan.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { Gone, RunOptions } from './go.ts';
import type { Prepared } from './load.ts';
import type { World } from './world.ts';

/** What a plan is made with. Throws a UsageError where a secret stands in it that cannot be told apart. */
export function optionsToSave({ file, plan, answers }: Prepared, options: RunOptions, { secrets }: Pick<World, 'secrets'>): SavedOptions {
  const isSecret = (name: string) => plan.playbook.inputs.get(name)?.sensitive === true || isSecretName(name);
  const saved = {
    playbook: file,
    inventory: options.inventory,
    limit: options.limit ?? null,
    tags: options.tags,
    skip_tags: options.skipTags,
    start_at_task: options.startAtTask ?? null,
    extra_vars: options.extraVars.map((one) => {
      const name = /^(?!@)[^=]*/.exec(one)?.[0] ?? '';
      return isSecret(name) ? name : one;
    }),
    answers: Object.fromEntries([...answers].filter(([name]) => !isSecret(name))),
    asked_again: [...answers.keys()].filter(isSecret),
    user: options.user ?? null,
    private_key: options.privateKey ?? null,
    become: options.become === true,
  };
  const inputs = plan.batches.flat().map((host) => openInputs(host, plan.playbook));
  if (secrets.mask(JSON.stringify([saved, inputs])) !== JSON.stringify([saved, inputs])) {
    throw new UsageError(
      'a password or the value of a sensitive input stands in another option or input, too: a plan of it cannot be saved without it',
    );
  }
  return saved;
}

/** The text of the file. Every host has come through. */
export function savedText(
  { prepared, gone, files }: { readonly prepared: Prepared; readonly gone: Gone; readonly files: readonly PlanFile[] },
  options: SavedOptions,
  world: World,
): string {
  const { playbook, batches } = prepared.plan;
  const sealer = new Sealer();
  return planText({
    made: { id: gone.id, at: gone.begun.toISOString(), by: world.who, runner: world.version, directory: world.cwd },
    files,
    options,
    salt: sealer.salt,
    batches: batches.map((batch) => batch.map(({ name }) => name)),
    hosts: batches.flat().map((host) => ({
      host: host.name,
      status: gone.hosts.find(({ host: name }) => name === host.name)!.status as SavedHost['status'],
      inputs: openInputs(host, playbook),
      sealed: Object.fromEntries(sensitiveOf(playbook).map((name) => [name, sealer.seal(host.inputs[name])])),
      ...gone.observed.get(host.name)!,
    })),
  });
}

/** The names of the sensitive inputs. */
export function sensitiveOf({ inputs }: Playbook): readonly string[] {
  return [...inputs].filter(([, { sensitive }]) => sensitive).map(([name]) => name);
}

/** The inputs of a host that are not sensitive. */
export function openInputs({ inputs }: PlannedHost, playbook: Playbook): Readonly<Record<string, unknown>> {
  const hidden = sensitiveOf(playbook);
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !hidden.includes(name)));
}
