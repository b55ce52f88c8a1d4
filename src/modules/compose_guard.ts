// What must not be started: an Elasticsearch 7 on nothing, beside the data that were never migrated for it. 0.16 would serve it, empty.
import { posix } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { MOUNT_TARGETS } from '../releases/releases.ts';
import { type ComposeService, roleOf } from './compose_config.ts';
import type { Target } from './module.ts';
import { lookAtDirectory } from './server_data.ts';

/** `services` as compose would start them. */
export async function refuseUnmigrated(services: readonly ComposeService[], target: Target): Promise<void> {
  const elastic = services.find((service) => roleOf(service) === 'elastic');
  const major = Number(/:v?(\d+)\./.exec(elastic?.image ?? '')?.[1]);
  const data = elastic?.mounts.find(({ type, target: inside }) => type === 'bind' && MOUNT_TARGETS.elastic.some((one) => one === inside));
  if (!data || !(major >= 7)) return;
  const old = posix.join(posix.dirname(data.source), 'elastic');
  if (old === data.source) return;
  const [mounted, beside] = await Promise.all([lookAtDirectory(data.source, target), lookAtDirectory(old, target)]);
  if (mounted.nodes || !beside.nodes) return;
  throw new Refusal(
    `${target.host}: ${elastic!.image} would start empty on ${data.source}: the data in ${old} were never migrated for it`,
    {
      state: 'nothing was started',
      next: `migrate them first (elasticsearch_migrate, as playbooks/trains-0.16.yml does); if they are of no use any more: mv ${old} ${old}.aside`,
    },
  );
}
