// A cold backup: sources packed into a .tgz that is proven before it takes its name. The packing outlives the link: it is one
// detached script on the host, which whoever resumes the run finds again.
import { createHash } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path/posix';
import { Refusal, TaskError } from '../base/errors.ts';
import type { Detached, Exit } from '../connections/connection.ts';
import type { ArchiveArguments } from './arguments.ts';
import { findPath, hashFile, howItEnded, run, tail } from './host_files.ts';
import type { Module, Outputs, Target } from './module.ts';

interface Detail {
  /** what the sources take on the disk */
  readonly bytes: number;
}

/** The run's own folder: it is written to while the archive is made. */
const OWN = '.switchyard';
/** One record of a tar archive, which its checkpoints count. */
const RECORD = 10_240;

// Sockets are the one thing tar leaves out by itself. Checkpoints are told on standard output, for the progress.
const SCRIPT = `
base=$1 dest=$2 aside=$3 mode=$4 owner=$5 exclude=$6; shift 6
export LC_ALL=C; umask 077
clean() { rm -f -- "$aside" "$aside.names" "$aside.exclude"; }
fail() { code=$1; shift; [ $# -eq 0 ] || echo "$*" >&2; clean; exit "$code"; }
trap 'fail 143' TERM INT
mkdir -p -- "\${dest%/*}" || fail 10
clean
printf '%s\\n' "$exclude" > "$aside.exclude" || fail 10
if command -v pigz >/dev/null 2>&1; then pack='pigz -1'; else pack='gzip -1'; fi
told() { tar -C "$base" --checkpoint=2000 --checkpoint-action='exec=echo at $TAR_CHECKPOINT' "$@"; }
echo pack
told -cSf "$aside" -I "$pack" --xattrs --numeric-owner -X "$aside.exclude" -v --index-file="$aside.names" -- "$@" || fail 11
packed=$(wc -l < "$aside.names")
echo test
tar -tzf "$aside" > "$aside.names" || fail 12
listed=$(wc -l < "$aside.names")
[ "$packed" -eq "$listed" ] || fail 14 "$packed files were packed, $listed are in the archive"
if [ "$exclude" = ${OWN} ]; then
  (cd -- "$base" && find "$@" -name ${OWN} -prune -o ! -type s -print0) > "$aside.names" || fail 13
  there=$(tr -dc '\\0' < "$aside.names" | wc -c)
  [ "$packed" -eq "$there" ] || fail 14 "$there files are there, $packed are in the archive"
fi
echo compare
told -dzf "$aside" >&2 || fail 13
sum=$(sha256sum < "$aside") || fail 10
chmod -- "$mode" "$aside" || fail 10
[ -z "$owner" ] || chown -- "$owner" "$aside" || fail 10
sync -- "$aside" 2>/dev/null || sync
[ ! -e "$dest" ] || fail 15 "$dest has come to be there meanwhile"
printf '# %s files\\n%s  %s\\n' "$packed" "\${sum%% *}" "\${dest##*/}" > "$dest.sha256" || fail 10
mv -- "$aside" "$dest" || fail 10
clean`;

const FAILURES: Readonly<Record<number, string>> = {
  10: 'the archive cannot be finished',
  11: 'the sources cannot be packed',
  12: 'the archive cannot be read back',
  13: 'the archive is not what the sources are',
  14: 'the archive does not hold all files',
  15: 'the archive cannot take its name',
};

/** Packs, proves and names an archive. What is there already is never overwritten. */
export const archive: Module<ArchiveArguments, Detail> = {
  kind: 'state',

  concerns: (args) => ({
    writes: [args.dest, `${args.dest}.sha256`],
    reads: args.path.map((source) => resolve(baseOf(args), source)),
  }),

  async check(args, target) {
    const { dest } = args;
    requirePlaces(args, target);
    const done = await findArchive(dest, target);
    if (done) return { status: 'ok', outputs: done, summary: `${dest} is there, and is what its checksum says` };
    await requireFit(args, target);
    if (args.skip_empty && (await isEmpty(args, target))) {
      return { status: 'ok', outputs: { dest: '', bytes: 0, sha256: '', files: 0 }, summary: 'empty: nothing to archive' };
    }
    const bytes = await measure(args, target);
    const from = args.chdir === undefined ? args.path.join(', ') : `${args.path.join(', ')} of ${args.chdir}`;
    return { status: 'changes', change: { summary: `archive ${from} as ${dest}`, figures: show(bytes), detail: { bytes } } };
  },

  async apply(args, { detail }, target) {
    const detached = await launch(args, target);
    const exit = await follow(detached, detail.bytes, target);
    if (exit.code !== 0) throw failureOf(exit, args, target);
    const outputs = await findArchive(args.dest, target);
    if (!outputs) throw new TaskError(`${target.host}: ${args.dest} is gone after it was made`);
    return outputs;
  },
};

function baseOf({ chdir = '/' }: ArchiveArguments): string {
  return chdir;
}

/** As tar and find take them: relative to the base, never taken for an option. */
function sourcesOf({ path }: ArchiveArguments): readonly string[] {
  return path
    .map((source) => source.replace(/^\/+/, '').replace(/\/+$/, '') || '.')
    .map((source) => (/^[-(!,)]/.test(source) ? `./${source}` : source));
}

function excludesOf({ exclude = [] }: ArchiveArguments): readonly string[] {
  return [OWN, ...exclude];
}

function requirePlaces(args: ArchiveArguments, { host }: Target): void {
  const folder = dirname(args.dest);
  for (const source of args.path) {
    if (source.startsWith('/') !== (args.chdir === undefined)) {
      const how = args.chdir === undefined ? 'is relative, but no chdir is given' : `is absolute, but is to be below ${args.chdir}`;
      throw new Refusal(`${host}: the source ${source} ${how}`);
    }
    if (source.split('/').includes('..')) throw new Refusal(`${host}: the source ${source} leads out of its directory by ".."`);
    const place = resolve(baseOf(args), source);
    if (`${folder}/`.startsWith(place === '/' ? place : `${place}/`)) {
      throw new Refusal(`${host}: the archive ${args.dest} would hold itself: it lies below its source ${place}`, {
        next: 'write it somewhere else',
      });
    }
  }
}

/** undefined: there is none. One that is there without its right checksum is a Refusal: it may be all that is left of something. */
async function findArchive(dest: string, target: Target): Promise<Outputs | undefined> {
  const found = await findPath(target, dest);
  if (!found) return undefined;
  const record = found.kind === 'file' ? (await target.connection.readFile(`${dest}.sha256`))?.toString() : undefined;
  const [, files, sum] = /^# (\d+) files\n([0-9a-f]{64}) /.exec(record ?? '') ?? [];
  if (sum === undefined || sum !== (await hashFile(target, dest))) {
    const why = sum === undefined ? `no checksum in ${dest}.sha256 says what it is` : `it is not what ${dest}.sha256 says`;
    throw new Refusal(`${target.host}: ${dest} is there and ${why}; it is not overwritten`, {
      next: 'move it away, or choose another dest',
    });
  }
  return { dest, bytes: found.bytes, sha256: sum, files: Number(files) };
}

async function requireFit(args: ArchiveArguments, target: Target): Promise<void> {
  const folder = await nearestDirectory(dirname(args.dest), target);
  if ((await findPath(target, folder))?.kind !== 'directory') {
    throw new Refusal(`${target.host}: ${folder}, where the archive is to be written, is not a directory`, {
      next: 'choose another dest, or move what is there away',
    });
  }
  const { stdout } = await run(target, ['tar', '--version'], 'cannot run tar');
  if (!stdout.includes('GNU tar'))
    throw new Refusal(`${target.host}: tar is not GNU tar, which alone can compare an archive with its source`);
  for (const source of args.path) {
    const place = resolve(baseOf(args), source);
    // no Refusal: a step before may make it
    if (!(await findPath(target, place))) throw new TaskError(`${target.host}: ${place}, which is to be archived, is not there`);
  }
}

/** Directories without a single file count as empty. */
async function isEmpty(args: ArchiveArguments, target: Target): Promise<boolean> {
  const argv = ['find', ...sourcesOf(args), '-name', OWN, '-prune', '-o', '!', '-type', 'd', '-print', '-quit'];
  return (await run(target, argv, 'cannot look into the sources', { cwd: baseOf(args) })).stdout === '';
}

/** What stands at the path, or at the nearest one above it where something stands: it lies on the same file system. */
async function nearestDirectory(path: string, target: Target): Promise<string> {
  return path === '/' || (await findPath(target, path)) ? path : nearestDirectory(dirname(path), target);
}

/** Bytes of the sources on the disk; a Refusal where there is not as much free for the archive. */
async function measure(args: ArchiveArguments, target: Target): Promise<number> {
  const excludes = excludesOf(args).map((pattern) => `--exclude=${pattern}`);
  const du = await run(target, ['du', '-skc', ...excludes, '--', ...sourcesOf(args)], 'cannot measure the sources', { cwd: baseOf(args) });
  const df = await run(target, ['df', '-Pk', '--', await nearestDirectory(dirname(args.dest), target)], 'cannot read the free space');
  const bytes = 1024 * Number(du.stdout.trimEnd().split('\n').at(-1)?.split('\t')[0]);
  const free = 1024 * Number(df.stdout.trimEnd().split('\n').at(-1)?.split(/\s+/).at(-3));
  if (Number.isNaN(bytes) || Number.isNaN(free)) throw new TaskError(`${target.host}: cannot read the sizes that du and df tell`);
  if (free < bytes) {
    throw new Refusal(
      `${target.host}: ${dirname(args.dest)} has ${show(free)} free, the sources have ${show(bytes)}: the archive may not fit`,
      {
        next: 'choose a dest on another disk, or make room',
      },
    );
  }
  return bytes;
}

/** Starts the script, or finds the one a run that was broken off has left running. */
async function launch(args: ArchiveArguments, target: Target): Promise<Detached> {
  const { dest, mode = '0600', owner = '' } = args;
  const aside = `${dirname(dest)}/.${basename(dest)}${OWN}-${target.run.id}`;
  const name = createHash('sha256').update(dest).digest('hex').slice(0, 12);
  for (let attempt = 1; ; attempt++) {
    const directory = `${target.run.directory}/archive-${name}-${attempt}`;
    const earlier = await target.connection.attach(directory);
    if (earlier && !(await hasEnded(earlier))) return earlier;
    if (earlier) continue; // it has failed, or what it made was taken away since: dest is not there
    const words = [baseOf(args), dest, aside, mode, owner, excludesOf(args).join('\n'), ...sourcesOf(args)];
    return target.connection.start(['sh', '-c', SCRIPT, 'sh', ...words], directory);
  }
}

async function hasEnded(detached: Detached): Promise<boolean> {
  try {
    return (await detached.poll()) !== undefined;
  } catch (error) {
    if (error instanceof TaskError) return true; // it vanished without an exit code: the host was restarted
    throw error;
  }
}

async function follow(detached: Detached, total: number, target: Target): Promise<Exit> {
  let [text, rest] = ['pack', ''];
  const onOutput = (piece: string, stream: 'stdout' | 'stderr') => {
    if (stream === 'stderr') return;
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [word = '', records] = line.split(' ');
      if (word !== 'at') text = word;
      target.progress({ text, done: Math.min(Number(records ?? 0) * RECORD, total), total, unit: 'bytes' });
    }
  };
  try {
    return await detached.wait({ signal: target.signal, onOutput });
  } catch (error) {
    if (target.signal.aborted) await detached.kill();
    throw error;
  }
}

function failureOf(exit: Exit, args: ArchiveArguments, { host }: Target): TaskError {
  const changed = /file changed as we read it|File removed before we read it/.test(exit.stderr) || exit.code === 13;
  const what = (exit.code !== undefined && FAILURES[exit.code]) || `the packing ${howItEnded(exit)}`;
  const said = exit.stderr
    .trim()
    .split('\n')
    .filter((line) => !/Error is not recoverable|Exiting with failure status/.test(line)); // tar's last words never say why
  const why = changed ? 'something was changed while the archive was made' : said.at(-1);
  return new TaskError(`${host}: ${args.dest}: ${what}${why ? `: ${why}` : ''}`, {
    state: `there is no ${args.dest}, and the sources are as they were`,
    next: changed
      ? `stop whatever writes below ${args.path.map((source) => resolve(baseOf(args), source)).join(' and ')}, then run again`
      : undefined,
    output: tail({ stdout: '', stderr: exit.stderr }),
  });
}

function show(bytes: number): string {
  const [value, unit] =
    bytes >= 1024 ** 3 ? [bytes / 1024 ** 3, 'GiB'] : bytes >= 1024 ** 2 ? [bytes / 1024 ** 2, 'MiB'] : [bytes / 1024, 'KiB'];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}
