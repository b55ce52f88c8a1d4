// What is on the host's disk where the source and the target are. One script, looks only.
import { posix } from 'node:path';
import { TaskError } from '../base/errors.ts';
import type { Connection } from '../connections/connection.ts';
import { type MigrationRecord, readRecord } from './record.ts';
import { succeed } from './shell.ts';

export interface SourceDirectory {
  /** without links */
  readonly real: string;
  /** "uid:gid" of its nodes/0: who Elasticsearch runs as */
  readonly owner: string;
  /** nodes/0/_state is that of Elasticsearch 5 */
  readonly five: boolean;
  /** a second server's data beside nodes/0 that holds indices; empty: none */
  readonly second: string;
  /** a file that the owner may not read; empty: none */
  readonly unreadable: string;
  readonly bytes: number;
  /** the directory is the root of a file system of its own, so that it can neither be renamed nor cloned beside itself */
  readonly mountPoint: boolean;
  /** a running process holds nodes/0/node.lock */
  readonly locked: boolean;
}

export interface Directories {
  /** who the commands run as */
  readonly uid: number;
  /** undefined: it is not there */
  readonly source: SourceDirectory | undefined;
  /** the first name in the target; empty: the target is not there or is empty */
  readonly targetEntry: string;
  readonly targetThere: boolean;
  /** undefined: the target's parent is not there */
  readonly availableBytes: number | undefined;
  /** directories beside the source that are the source of an earlier migration */
  readonly migrated: readonly string[];
  readonly record: MigrationRecord | undefined;
}

/** Prints name=value lines. A path that cannot be looked at for another reason than its absence ends the script with that reason. */
const LOOK = `export LC_ALL=C
say() { printf '%s=%s\\n' "$1" "$2"; }
there() {
  said=$(stat -L -c '%d %i %u:%g' -- "$1" 2>&1) && return 0
  case $said in *'No such file or directory'*|*'Not a directory'*) return 1;; esac
  echo "$said" >&2; exit 4
}
say uid "$(id -u)"
if there "$1"; then
  device=\${said%% *}
  real=$(readlink -f -- "$1"); say real "$real"
  there "$(dirname -- "$real")"; [ "$device" = "\${said%% *}" ] || say mount_point yes
  if there "$real/nodes/0"; then
    owner=\${said##* }; say owner "$owner"
    for f in "$real"/nodes/0/_state/global-*.st; do [ -e "$f" ] && say global "$f"; done
    for f in "$real"/nodes/0/_state/manifest-*.st "$real"/nodes/0/_state/segments_*; do [ -e "$f" ] && say newer "$f"; done
    for d in "$real"/nodes/[1-9]*/indices/*; do [ -e "$d" ] && say second "\${d%/indices/*}"; done
    say unreadable "$(find "$real/nodes" ! -uid "\${owner%%:*}" ! -perm -004 -print 2>/dev/null | head -n 1)"
    there "$real/nodes/0/node.lock" && say lock "\${said% *}"
    say locks "$(awk '$2 == "POSIX" && $4 == "WRITE" { printf "%s ", $6 }' /proc/locks 2>/dev/null)"
  fi
  say bytes "$(du -sb -- "$real" | cut -f 1)"
fi
if there "$2"; then say target yes; say entry "$(ls -A -- "$2" | head -n 1)"; fi
if there "$(dirname -- "$2")"; then say available "$(df -B1 --output=avail -- "$(dirname -- "$2")" | tail -n 1)"; fi
for d in "$(dirname -- "$1")"/elastic_migrated_*; do [ -e "$d" ] && say migrated "$d"; done
exit 0`;

/** Throws a TaskError with the path and the reason where it may not look. */
export async function lookAtDirectories(connection: Connection, source: string, target: string): Promise<Directories> {
  const text = await succeed(connection, `cannot look at ${source} and ${target}`, ['sh', '-c', LOOK, 'look', source, target]);
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
  const all = (name: string) => lines.filter(([key]) => key === name).map(([, value]) => value);
  const one = (name: string) => all(name)[0] ?? '';
  const real = one('real');
  return {
    uid: Number(one('uid')),
    source: real
      ? {
          real,
          owner: one('owner'),
          five: all('global').length > 0 && all('newer').length === 0,
          second: one('second'),
          unreadable: one('unreadable'),
          bytes: Number(one('bytes')),
          mountPoint: one('mount_point') === 'yes',
          locked: isLocked(one('lock'), one('locks')),
        }
      : undefined,
    targetEntry: one('entry'),
    targetThere: one('target') === 'yes',
    availableBytes: one('available') ? Number(one('available')) : undefined,
    migrated: all('migrated'),
    record: await readRecord(connection, target),
  };
}

/** `lock` is "<device> <inode>" as stat says it; `locks` are "major:minor:inode" as /proc/locks says them, the first two in hexadecimal. */
export function isLocked(lock: string, locks: string): boolean {
  const [device, inode] = lock.split(' ').map(Number);
  if (!device || !inode) return false;
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  const hex = (number: number) => number.toString(16).padStart(2, '0');
  return locks.split(' ').includes(`${hex(major)}:${hex(minor)}:${inode}`);
}

/** Makes the target directory for Elasticsearch to write into. */
export async function makeTarget(connection: Connection, target: string, owner: string): Promise<void> {
  const [uid, gid] = owner.split(':');
  if (!uid || !gid) throw new TaskError(`${target}: no owner is known to make it for`);
  await succeed(connection, `cannot make ${target}`, ['mkdir', '-p', '--', posix.dirname(target)]);
  await succeed(connection, `cannot make ${target}`, ['install', '-d', '-o', uid, '-g', gid, '--', target]);
}
