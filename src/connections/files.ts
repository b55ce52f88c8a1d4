// Whole files through commands, so that become holds for them too. What the host says is never read as text: exit codes decide.
import { TaskError } from '../base/errors.ts';
import type { ExecOptions, WriteOptions } from './connection.ts';
import type { RawExit } from './execute.ts';

/** Runs a command on a host and gives its output byte for byte. */
export interface Runner {
  readonly host: string;
  run(argv: readonly string[], options?: ExecOptions): Promise<RawExit>;
}

const ABSENT = 3;

// Not to be seen is not to be absent: only a directory that may be searched can say that something is not in it.
const READ = `
if [ -e "$1" ] || [ -L "$1" ]; then exec cat -- "$1"; fi
p=$1
while :; do
  case $p in */*) p=\${p%/*} ;; *) p=. ;; esac
  [ -n "$p" ] || p=/
  if [ -e "$p" ]; then
    if [ ! -d "$p" ] || [ -x "$p" ]; then exit ${ABSENT}; fi
    echo "no permission to look into $p" >&2; exit 4
  fi
  [ ! -L "$p" ] || { echo "$p is a link to nothing" >&2; exit 4; }
  [ "$p" != . ] && [ "$p" != / ] || exit ${ABSENT}
done`;

// A lost link ends the input early: the size is compared before the rename. Arguments: path, mode, owner, size.
const WRITE = `
umask 077
[ ! -d "$1" ] || { echo "it is a directory" >&2; exit 4; }
t=$(mktemp "$1.XXXXXX") || exit 4
trap 'rm -f -- "$t"' EXIT
cat > "$t" || exit 4
[ "$(wc -c < "$t")" -eq "$4" ] || { echo "only a part of it arrived" >&2; exit 4; }
chmod -- "$2" "$t" || exit 4
[ -z "$3" ] || chown -- "$3" "$t" || exit 4
if [ -e /sys/fs/selinux/enforce ] && [ -e "$1" ]; then chcon --reference="$1" -- "$t" || exit 4; fi
sync -- "$t" 2>/dev/null || sync
mv -f -- "$t" "$1" || exit 4
trap - EXIT`;

/** undefined: the file is not there. */
export async function readFile(runner: Runner, path: string): Promise<Buffer | undefined> {
  const exit = await runner.run(['env', 'LC_ALL=C', 'sh', '-c', READ, 'sh', path]);
  if (exit.code === 0) return exit.stdout;
  if (exit.code === ABSENT) return undefined;
  throw failure(`${runner.host}: cannot read ${path}`, exit);
}

/** Written aside, synced, renamed into place. A symbolic link is replaced, not followed. */
export async function writeFile(
  runner: Runner,
  path: string,
  file: WriteOptions & { readonly content: string | Uint8Array },
): Promise<void> {
  const { content, mode = 0o644, owner = '' } = file;
  const argv = ['env', 'LC_ALL=C', 'sh', '-c', WRITE, 'sh', path, mode.toString(8), owner, String(Buffer.byteLength(content))];
  const exit = await runner.run(argv, { stdin: content });
  if (exit.code !== 0) throw failure(`${runner.host}: cannot write ${path}`, exit);
}

/** A command of ours that failed, with the last line it said. */
export function failure(what: string, exit: RawExit): TaskError {
  const said = exit.stderr.toString().trim();
  const end = exit.code === undefined ? `ended by ${exit.signal}` : `exit code ${exit.code}`;
  return new TaskError(`${what}: ${said.split('\n').at(-1) || end}`, { output: said });
}
