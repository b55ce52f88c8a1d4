// What is known of the product's releases, as data: names, images, and which Elasticsearch each release runs on.
import { compareReleases, parseRelease } from '../base/release.ts';

/** Releases from `since` on and before `before` ship this Elasticsearch. */
export interface ReleaseRange {
  readonly since: string;
  /** undefined: the newest releases known */
  readonly before?: string;
  readonly elasticsearch: string;
}

/** In the order of releases, without a gap. */
export const RELEASE_RANGES: readonly ReleaseRange[] = [
  { since: '0.9', before: '0.16', elasticsearch: '5.6.16' },
  { since: '0.16', before: '1.2', elasticsearch: '7.6.2' },
  { since: '1.2', before: '1.10', elasticsearch: '7.16.2' },
  { since: '1.10', before: '1.15', elasticsearch: '7.17.7' },
  { since: '1.15', before: '1.17', elasticsearch: '7.17.18' },
  { since: '1.17', before: '2.0', elasticsearch: '8.15.3' },
  { since: '2.0', elasticsearch: '8.17.0' },
];

/** The names under which the product's containers run, whatever started them. */
export const CONTAINER_NAME =
  /^(?:(?:trains|clearml)-(?:apiserver|elastic|fileserver|mongo|redis|webserver|agent-services|server)|async_delete)$/;

/** Repositories of the product's own application (web, api and files in one image). */
export const APPLICATION_IMAGE = /(?:^|\/)(?:allegroai\/(?:trains|trains-server|clearml)|clearml\/server)(?=[:@]|$)/;

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
} as const;

/** The major version of Elasticsearch that a release runs on. undefined: the text is no release, or one before the first known. */
export function elasticsearchMajor(release: string): number | undefined {
  const asked = parseRelease(release);
  if (!asked) return undefined;
  const range = RELEASE_RANGES.findLast(({ since }) => compareReleases(asked, parseRelease(since)!) >= 0);
  return range && Number.parseInt(range.elasticsearch, 10);
}

/** "0.16 to before 1.17": the releases on a major version of Elasticsearch. undefined: no release known ran on it. */
export function releasesOn(major: number): string | undefined {
  const ranges = RELEASE_RANGES.filter(({ elasticsearch }) => Number.parseInt(elasticsearch, 10) === major);
  const last = ranges.at(-1);
  if (!ranges[0] || !last) return undefined;
  return last.before === undefined ? `${ranges[0].since} or newer` : `${ranges[0].since} to before ${last.before}`;
}

/** What the API server logs when a start went wrong, in all releases (its ping is answered all the same). */
export const FAILURE_LINES: readonly string[] = [
  'Failed initializing mongodb',
  'Migration failed, aborting. Please restore backup.',
  'ES database seems not migrated',
  'Cannot upgrade DB version',
  'Error starting server',
];
