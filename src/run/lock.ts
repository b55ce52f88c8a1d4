// Two runs never touch one host: a lock file on the host says which run holds it, who started that, and when it was last alive.
import { ConnectionError, messageOf, Refusal, TaskError } from '../base/errors.ts';
import type { Connection } from '../connections/connection.ts';

/** What the lock file says, besides its modification time, which is the heartbeat. */
export interface LockHolder {
  readonly run: string;
  /** user@machine of the controller */
  readonly who: string;
  /** ISO time by the controller's clock */
  readonly since: string;
}

/** Another run holds the host. */
export class Locked extends Refusal {}

/** A held lock. `lost` is called once if the heartbeat finds that the lock is no longer ours. */
export interface Lock {
  release(): Promise<void>;
}

const HEARTBEAT_MS = 30_000;

const NO_DIRECTORY = 18;
const HELD = 17;
const NOT_OURS = 19;

// A hard link either appears with its whole content or fails: two runners cannot both believe that they made it.
const TAKE = `
[ -d "$1" ] || exit ${NO_DIRECTORY}
d=$1/.switchyard; umask 077
mkdir -p "$d" || exit 1
t=$d/lock.$2; cat > "$t" || exit 1
if ln "$t" "$d/lock" 2>/dev/null; then rm -f "$t"; exit 0; fi
rm -f "$t"
[ -e "$d/lock" ] || { echo "cannot write in $d" >&2; exit 1; }
cat "$d/lock"; echo; echo $(( $(date +%s) - $(stat -c %Y "$d/lock") ))
exit ${HELD}`;

// Only the holder may touch or remove it; "$2" is the run as it stands in the file.
const BEAT = `f=$1/.switchyard/lock; grep -qF "\\"run\\":\\"$2\\"" "$f" || exit ${NOT_OURS}; touch "$f"`;
const RELEASE = `f=$1/.switchyard/lock; [ -e "$f" ] || exit 0; grep -qF "\\"run\\":\\"$2\\"" "$f" || exit ${NOT_OURS}; rm -f "$f"`;

/**
 * Takes the lock in `<directory>/.switchyard`, which must exist apart from that folder (a Refusal otherwise). Rejects with Locked if another
 * run holds it. `onLost` hears when the lock is gone while it is held.
 */
export async function takeLock(
  connection: Connection,
  directory: string,
  holder: LockHolder,
  onLost: (why: string) => void,
): Promise<Lock> {
  const { host } = connection;
  const exit = await connection.exec(['sh', '-c', TAKE, 'lock', directory, holder.run], { stdin: JSON.stringify(holder) });
  if (exit.code === NO_DIRECTORY) {
    throw new Refusal(`${host}: there is no directory ${directory}`, {
      next: 'say where the server is installed: -e trains_dir=PATH, or trains_dir among the variables of the host',
    });
  }
  if (exit.code === HELD) throw lockedBy(host, exit.stdout);
  if (exit.code !== 0)
    throw new TaskError(`${host}: cannot lock ${directory}: ${exit.stderr.trim() || `exit ${exit.code ?? exit.signal}`}`, {
      next: 'log in as a user who may write there (ansible_user), or become root (-b, ansible_become)',
    });

  const beat = async () => {
    try {
      const { code } = await connection.exec(['sh', '-c', BEAT, 'lock', directory, holder.run]);
      if (code === NOT_OURS) stop(`the lock in ${directory}/.switchyard was taken away`);
    } catch (error) {
      if (!(error instanceof ConnectionError)) stop(messageOf(error)); // a lost link is told by whatever runs over it
      clearInterval(timer);
    }
  };
  const stop = (why: string) => {
    clearInterval(timer);
    onLost(why);
  };
  const timer = setInterval(() => void beat(), HEARTBEAT_MS);
  return {
    release: async () => {
      clearInterval(timer);
      await breakLock(connection, directory, holder.run);
    },
  };
}

/** Removes the lock of that run; nothing where there is none. A Refusal if it is another run's. */
export async function breakLock(connection: Connection, directory: string, run: string): Promise<void> {
  const exit = await connection.exec(['sh', '-c', RELEASE, 'lock', directory, run]);
  if (exit.code === NOT_OURS)
    throw new Refusal(`${connection.host}: the lock in ${directory}/.switchyard is not run ${run}'s; nothing was removed`);
  if (exit.code !== 0) throw new TaskError(`${connection.host}: cannot remove the lock in ${directory}/.switchyard: ${exit.stderr.trim()}`);
}

/** A lock as it was found. `holder` is undefined for one that no run of ours wrote. */
export interface FoundLock {
  readonly holder: LockHolder | undefined;
  /** what stands in the file */
  readonly text: string;
  /** seconds since the last sign of life, by the host's clock */
  readonly age: number;
}

/** Seconds without a sign of life after which a run is likely to be dead: several heartbeats. */
export const SILENCE = (4 * HEARTBEAT_MS) / 1000;

/** Looks at the lock and takes none. undefined: nobody holds it. Throws a TaskError where it cannot look. */
export async function readLock(connection: Connection, directory: string): Promise<FoundLock | undefined> {
  const path = `${directory}/.switchyard/lock`;
  const content = await connection.readFile(path);
  if (content === undefined) return undefined;
  const script = '[ -e "$1" ] || exit 0; echo $(( $(date +%s) - $(stat -c %Y "$1") ))';
  const { code, stdout, stderr } = await connection.exec(['sh', '-c', script, 'lock', path]);
  if (code !== 0) throw new TaskError(`${connection.host}: cannot look at ${path}: ${stderr.trim()}`);
  if (stdout.trim() === '') return undefined; // released meanwhile
  const text = content.toString().trim();
  const holder = holderIn(text);
  return { holder: holder.run === undefined ? undefined : (holder as LockHolder), text, age: Number(stdout) };
}

/** Empty for a lock that no run of ours wrote. */
function holderIn(text: string): Partial<LockHolder> {
  try {
    return (JSON.parse(text) as LockHolder | null) ?? {};
  } catch {
    return {};
  }
}

function lockedBy(host: string, text: string): Locked {
  const [content = '', age = '?'] = text.trim().split('\n');
  const holder = holderIn(content);
  const by = holder.run ? `run ${holder.run} of ${holder.who} since ${holder.since}` : `something else (${content})`;
  return new Locked(`${host}: locked by ${by}, last sign of life ${age} s ago`, {
    next: holder.run ? `wait for it, or, if that run is dead: switchyard unlock ${host} ${holder.run}` : undefined,
  });
}
