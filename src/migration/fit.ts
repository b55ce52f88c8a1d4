// Whether a host's data can be migrated now. Each no is said before anything is changed, and says what to do about it.
import { posix } from 'node:path';
import { Refusal, TaskError } from '../base/errors.ts';
import { type Docker, isMissing } from '../connections/docker.ts';
import type { Directories, SourceDirectory } from './directory.ts';
import { LABEL } from './pair.ts';

export interface Asked {
  readonly source: string;
  readonly target: string;
  readonly allowOpenOriginal: boolean;
}

/** The source, if it is fit to be migrated: throws a Refusal or TaskError if not. */
export function refuseUnfit({ source, target }: Asked, found: Directories): SourceDirectory {
  const there = found.source;
  if (!there && found.record?.state === 'filling' && found.targetEntry) {
    throw new TaskError(`${source} is not there, and ${target} holds only an incomplete copy of it`, {
      state: 'nothing was changed',
      next: `put the directory back as ${source} and run again`,
    });
  }
  if (!there) {
    throw new TaskError(
      `${source} is not there, and ${found.migrated.length === 0 ? 'no elastic_migrated_… is beside it' : `${target} is empty`}`,
      {
        state: 'nothing was changed',
        next:
          found.migrated.length === 0
            ? 'name the Elasticsearch 5 data directory as source'
            : `rename ${found.migrated.at(-1)} to ${source} and run again`,
      },
    );
  }
  refuseLayout(source, there);
  const [uid] = there.owner.split(':');
  if (found.uid !== 0 && found.uid !== Number(uid)) {
    throw no(
      `${source} belongs to ${there.owner} and commands run as ${found.uid}, who may not link and rename it`,
      'set become: true on this step',
    );
  }
  if (there.unreadable) {
    throw no(
      `${there.unreadable} does not belong to ${uid}, who Elasticsearch runs as, and is not readable to others`,
      `chown -R ${there.owner} ${source}`,
    );
  }
  refuseTarget(source, target, found);
  return there;
}

const no = (message: string, next: string) => new Refusal(message, { state: 'nothing was changed', next });

function refuseLayout(source: string, there: SourceDirectory): void {
  if (!there.owner)
    throw no(`${source} holds no Elasticsearch data: there is no nodes/0 in it`, 'name the Elasticsearch 5 data directory as source');
  if (!there.five) {
    throw no(
      `${source} holds no data of Elasticsearch 5: its nodes/0/_state is of another version`,
      'name the Elasticsearch 5 data directory as source',
    );
  }
  if (there.second) {
    throw no(
      `${there.second} holds indices beside nodes/0: two servers once ran on this directory`,
      'start the old server and look which of the two it serves, then move the other away',
    );
  }
  if (there.mountPoint) {
    throw no(
      `${source} is a file system of its own, so that it can be neither cloned by hard links nor renamed`,
      `mount it at ${posix.dirname(source)} instead, or move the data into a directory of it`,
    );
  }
}

function refuseTarget(source: string, target: string, found: Directories): void {
  if (found.targetEntry && found.record === undefined) {
    throw no(
      `${target} holds data that no run of ours put there (${found.targetEntry})`,
      `move it away (mv ${target} ${target}_old) or name another target`,
    );
  }
  if (found.targetEntry && found.record?.state === 'complete') {
    throw no(
      `${target} was completed by run ${found.record.run} and may have been served since, yet ${source} is there again`,
      `move it away (mv ${target} ${target}_old) or name another target`,
    );
  }
  const needed = found.source?.bytes ?? 0;
  if (found.availableBytes !== undefined && found.availableBytes < needed) {
    throw no(
      `${target} needs about ${sizeText(needed)} and ${sizeText(found.availableBytes)} are free there`,
      'free space, or name a target on another disk',
    );
  }
}

/** A size for a person: "12.3 MB", "4.0 GB". */
export function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Refuses a source that a running container has mounted or a process holds open. */
export async function refuseInUse(docker: Docker, source: string, { real, locked }: SourceDirectory): Promise<void> {
  const all = await docker.listContainers();
  const remains = all.filter(({ Labels }) => Labels[LABEL] === source); // of a run that was killed: removed before anything else is done
  for (const { Names, Mounts } of all) {
    if (
      remains.some((ours) => ours.Names[0] === Names[0]) ||
      !Mounts.some(({ Source }) => [source, real].some((path) => Source === path || Source?.startsWith(`${path}/`)))
    )
      continue;
    throw no(
      `${source} is in use by the running container ${Names[0]?.replace('/', '')}`,
      'stop the server first (docker_compose with state: absent)',
    );
  }
  if (locked && remains.length === 0) throw no(`${source} is in use: a running process holds nodes/0/node.lock`, 'stop the server first');
}

/** The images that are not on the host. */
export async function missingImages(docker: Docker, images: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const image of images) {
    try {
      await docker.getImage(image).inspect();
    } catch (error) {
      if (!isMissing(error)) throw error;
      missing.push(image);
    }
  }
  return missing;
}
