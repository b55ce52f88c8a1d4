// The table of modules: the key a step writes → the code. Loaded when a run needs it, so that `validate` pays for none of them.
import type { Module } from './module.ts';

type Load = () => Promise<Module>;

/** In the order of names. Adding a module is one line here, its file, its schema and its test. */
export const registry: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['archive', async () => (await import('./archive.ts')).archive as Module],
  ['assert', async () => (await import('./assert.ts')).assert as Module],
  ['command', async () => (await import('./command.ts')).command as Module],
  ['docker_compose', async () => (await import('./docker_compose.ts')).dockerCompose as Module],
  ['docker_image', async () => (await import('./docker_image.ts')).dockerImage as Module],
  ['elasticsearch_health', async () => (await import('./elasticsearch_health.ts')).elasticsearchHealth as Module],
  ['elasticsearch_migrate', async () => (await import('./elasticsearch_migrate.ts')).elasticsearchMigrate as Module],
  ['end_host', async () => (await import('./end_host.ts')).endHost as Module],
  ['get_url', async () => (await import('./get_url.ts')).getUrl as Module],
  ['server_release', async () => (await import('./server_release.ts')).serverRelease as Module],
  ['uri', async () => (await import('./uri.ts')).uri as Module],
]);
