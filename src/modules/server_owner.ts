// Whose the Elasticsearch data are: the server runs as one user and stops where it meets what belongs to another.
import { TaskError } from '../base/errors.ts';
import type { ComposeService } from './compose_config.ts';
import type { Target } from './module.ts';

/** The user whom the vendor's image runs as. */
const IMAGE_USER = 1000;

/** As deep as nodes/0/indices/<index>. */
const DEPTH = 4;

/** So many are told. */
const MOST_TOLD = 20;

/**
 * Paths in the directory that do not belong to the user whom Elasticsearch runs as; none where that user cannot be known: an image of
 * somebody else, a user by another name, or an engine that gives containers other users than the host has.
 */
export async function findForeignOwned(directory: string, service: ComposeService, target: Target): Promise<string[]> {
  const uid = userOf(service);
  if (uid === undefined || target.facts.docker.userns || target.facts.docker.rootless) return [];
  const script = '[ ! -d "$1" ] || exec find "$1" -maxdepth "$2" ! -uid "$3" -print';
  const { code, stdout, stderr } = await target.connection.exec(['sh', '-c', script, 'sh', directory, String(DEPTH), String(uid)], {
    env: { LC_ALL: 'C' },
    signal: target.signal,
  });
  // a live server deletes files while they are looked at; what may not be entered is told as not writable
  const failed = stderr.split('\n').filter((line) => line !== '' && !/No such file or directory|Permission denied/.test(line));
  if (code !== 0 && (failed.length > 0 || stderr === '')) {
    throw new TaskError(`${target.host}: cannot look whose ${directory} is: ${failed[0] ?? `find ended with ${code}`}`, {
      next: 'set ansible_become for this host',
    });
  }
  return stdout.split('\n').filter(Boolean).slice(0, MOST_TOLD);
}

function userOf({ image, user }: ComposeService): number | undefined {
  if (!/(?:^|\/)elasticsearch\/elasticsearch(?:-oss)?(?=[:@]|$)/.test(image)) return undefined;
  const [name = ''] = user.split(':');
  if (name === '' || name === 'elasticsearch') return IMAGE_USER;
  return /^[1-9]\d*$/.test(name) ? Number(name) : undefined;
}
