// What is known of the product's releases, as data: names, images, and which Elasticsearch each release runs on.
import { compareReleases, parseRelease } from '../base/release.ts';
import graph from './graph.json' with { type: 'json' };

/** The names under which the product's containers run, whatever started them. */
export const CONTAINER_NAME =
  /^(?:(?:trains|clearml)-(?:apiserver|elastic|fileserver|mongo|redis|webserver|agent-services|server)|async_delete)$/;

/** Repositories of the product's own application (web, api and files in one image). */
export const APPLICATION_IMAGE = /(?:^|\/)(?:allegroai\/(?:trains|trains-server|clearml)|clearml\/server)(?=[:@]|$)/;

/** The names of the product's services in its own compose files, the unified one among them. */
export const SERVICE_NAME =
  /^(?:agent-services|apiserver|async_delete|clearmlserver|elasticsearch|fileserver|mongo|redis|trainsserver|webserver)$/;

/** Host ports that the compose files up to 0.16 publish; from 0.17 on only the first three. */
export const PUBLISHED_PORTS: readonly number[] = [8008, 8080, 8081, 9200, 27017, 6379];

/** Settings that stop an Elasticsearch 7 at its start: it knows no more what 5 was given in the compose files up to 0.15. */
export const REFUSED_BY_ELASTICSEARCH_7 = /^(?:script\.(?:inline|stored|file|update|search|aggs|plugin)|thread_pool\.(?:bulk|index)\.\w+)$/;

/** Services that may stop by themselves in a healthy server: never a reason to wait or to call it down. */
export const OPTIONAL_SERVICES: readonly string[] = ['agent-services'];

/** Where the containers keep what must survive. The first target that a service mounts counts. */
export const MOUNT_TARGETS = {
  elastic: ['/usr/share/elasticsearch/data'],
  mongo: ['/data/db', '/data/configdb'],
  redis: ['/data'],
  fileserver: ['/mnt/fileserver'],
  config: ['/opt/trains/config', '/opt/clearml/config'],
  logs: ['/var/log/trains', '/var/log/clearml'],
  agent: ['/root/.trains', '/root/.clearml'],
} as const;

/** The major version of Elasticsearch that a release runs on. undefined: the text is no release, or one before the first known. */
export function elasticsearchMajor(release: string): number | undefined {
  const asked = parseRelease(release);
  if (!asked) return undefined;
  const entry = graph.releases.findLast(({ since }) => compareReleases(asked, parseRelease(since)!) >= 0);
  return entry && Number.parseInt(entry.elasticsearch, 10);
}

/** "0.16.0 to before 1.17.0": the releases on a major version of Elasticsearch. undefined: no release known ran on it. */
export function releasesOn(major: number): string | undefined {
  const on = ({ elasticsearch }: { elasticsearch: string }) => Number.parseInt(elasticsearch, 10) === major;
  const first = graph.releases.find(on);
  const after = graph.releases[graph.releases.findLastIndex(on) + 1];
  if (!first) return undefined;
  return after === undefined ? `${first.since} or newer` : `${first.since} to before ${after.since}`;
}

/** What the API server logs when a start went wrong, in all releases (its ping is answered all the same). */
export const FAILURE_LINES: readonly string[] = [
  'Failed initializing mongodb',
  'Migration failed, aborting. Please restore backup.',
  'ES database seems not migrated',
  'Cannot upgrade DB version',
  'Error starting server',
];
