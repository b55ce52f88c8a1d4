// The table of modules: the key a step writes → the code. Loaded when a run needs it, so that `validate` pays for none of them.
import type { Module } from './module.ts';

type Load = () => Promise<Module>;

/** In the order of names. Adding a module is one line here, its file, its schema and its test. */
export const registry: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['archive', async () => general((await import('./archive.ts')).archive)],
  ['assert', async () => general((await import('./assert.ts')).assert)],
  ['command', async () => general((await import('./command.ts')).command)],
  ['docker_compose', async () => general((await import('./docker_compose.ts')).dockerCompose)],
  ['docker_image', async () => general((await import('./docker_image.ts')).dockerImage)],
  ['elasticsearch_health', async () => general((await import('./elasticsearch_health.ts')).elasticsearchHealth)],
  ['elasticsearch_migrate', async () => general((await import('./elasticsearch_migrate.ts')).elasticsearchMigrate)],
  ['end_host', async () => general((await import('./end_host.ts')).endHost)],
  ['get_url', async () => general((await import('./get_url.ts')).getUrl)],
  ['server_compose', async () => general((await import('./server_compose.ts')).serverCompose)],
  ['server_release', async () => general((await import('./server_release.ts')).serverRelease)],
  ['uri', async () => general((await import('./uri.ts')).uri)],
]);

/** Each module knows its own arguments; to the run they are plain data that the module's schema has passed. */
function general<Arguments, Detail>(module: Module<Arguments, Detail>): Module {
  return module as unknown as Module;
}
