// `lab down`: takes away everything `up` made on the machine but the cache, and with --cache that too.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tryRun } from './command.ts';
import type { Docker } from './docker.ts';
import { ENGINE_DIR, findEngine, restoreKernel, startEngine, stopEngine } from './engine.ts';
import type { Progress } from './progress.ts';
import { REGISTRY_VOLUME } from './registry.ts';
import { CACHE_DIR, PREFIX, RUN_DIR } from './settings.ts';

export async function down(options: { readonly cache: boolean }, progress: Progress): Promise<void> {
  // volumes and containers of a private engine that was killed can only be removed by that engine
  const dormant = existsSync(ENGINE_DIR) && !options.cache;
  const engine = (await findEngine()) ?? (dormant ? await progress.phase('Docker Engine', () => startEngine(progress)) : undefined);
  if (engine) await progress.phase('hosts, registry, volumes, network', () => removeAll(engine.docker, options.cache));
  if (existsSync(ENGINE_DIR)) await progress.phase('Docker Engine stopped', stopEngine);
  await restoreKernel();
  await rm(RUN_DIR, { recursive: true, force: true });
  if (options.cache) {
    await rm(CACHE_DIR, { recursive: true, force: true });
    progress.say('nothing is left of the lab; the Debian packages it installed stay');
    return;
  }
  const size = (await tryRun(['du', '-sh', CACHE_DIR])).stdout.split('\t')[0];
  const place =
    engine && !engine.isPrivate
      ? `the images ${PREFIX}/* and the volume ${REGISTRY_VOLUME} in the Docker Engine`
      : `${CACHE_DIR} (${size})`;
  progress.say(`kept for the next "up": ${place}; "npm run lab -- down --cache" removes it too`);
}

async function removeAll(docker: Docker, cache: boolean): Promise<void> {
  for (const name of await docker.names('container', PREFIX)) await docker.try(['rm', '-f', '-v', name]);
  for (const name of await docker.names('volume', PREFIX))
    if (cache || name !== REGISTRY_VOLUME) await docker.try(['volume', 'rm', '-f', name]);
  for (const name of await docker.names('network', PREFIX)) await docker.try(['network', 'rm', name]);
  if (!cache) return;
  const tags = (await docker.run(['images', '--format', '{{.Repository}}:{{.Tag}}', `${PREFIX}/*`]))
    .split('\n')
    .filter((tag) => tag !== '');
  for (const tag of tags) await docker.try(['rmi', '-f', tag]);
}
