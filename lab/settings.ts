// Names and places of the lab, in one spot; everything it makes on the machine bears the prefix, so that `down` finds it again.
import { homedir } from 'node:os';
import { join } from 'node:path';

export const PREFIX = 'switchyard-lab';
export const LAB_DIR = import.meta.dirname;
export const IMAGES_DIR = join(LAB_DIR, 'images');

/** Where a run of the lab keeps keys, inventory and state: inside the checkout, ignored by git. */
export const RUN_DIR = join(LAB_DIR, '.run');

/** Where images and the private engine's data stay between runs: outside the checkout, shared by all checkouts. */
export const CACHE_DIR = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), PREFIX);

/** Sockets and process numbers of the private engine: volatile, so that a reboot clears them. Short, as socket paths are limited. */
export const VOLATILE_DIR = `/run/${PREFIX}`;

export type Release = '0.11' | '0.13' | '0.14' | '0.15';

/**
 * The full version of each release's application image, and the newest, which is what `:latest` means in the registry.
 * The build of 0.11.0 is the lab's choice: none is on record.
 */
export const BUILDS: Readonly<Record<Release, string>> = {
  '0.11': '0.11.0-157',
  '0.13': '0.13.0-262',
  '0.14': '0.14.1-318',
  '0.15': '0.15.1-367',
};
export const NEWEST_BUILD = '0.16.1-320';

/** Of every Elasticsearch in the hosts; their files say 2g. */
export const HEAP = '512m';

/** The names the hosts resolve to the lab's own registry and file server. */
export const SERVED_NAMES = ['docker.elastic.co', 'registry-1.docker.io', 'raw.githubusercontent.com', 'github.com'];
export const COMPANY = 'd1bd92a3b039400cbafc60a7a5b1e52b';
