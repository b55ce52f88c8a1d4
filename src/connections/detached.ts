// Commands that outlive the link: own session, output and exit code in files of a directory on the host, found again by any later connection.
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskError } from '../base/errors.ts';
import type { Detached, ExecOptions, Exit } from './connection.ts';
import { failure, type Runner, readFile } from './files.ts';

const TAKEN = 3;

// Which process it is: its number alone may be another's after a restart of the host. Needs $pid; sets $born.
const BORN = `
born=
if stat=$(cat "/proc/$pid/stat" 2>/dev/null); then
  set -- \${stat##*) }
  case $1 in Z | X) ;; *) shift 19; born="$1 $(cat /proc/sys/kernel/random/boot_id)" ;; esac
fi`;

// The command's own shell, in its own session. SIGTERM ends the command; this shell stays to write down how it ended.
const GUARD = `
trap : TERM
pid=$$
d=$1; shift
save() { ${BORN}
}
save
printf '%s\\n%s\\n' "$pid" "$born" > "$d/pid.new" && mv -- "$d/pid.new" "$d/pid" || exit 1
exec < "$d/stdin"
rm -f -- "$d/stdin"
"$@" > "$d/stdout" 2> "$d/stderr"
echo $? > "$d/exit.new" && mv -- "$d/exit.new" "$d/exit"`;

// Arguments: directory, size of the input, the command. Input goes through a file, as a pipe would end with the link; a part of it starts nothing.
const START = `
umask 077
d=$1; size=$2; guard=$3; shift 3
mkdir -p -m 700 -- "$d" || exit 4
if [ -e "$d/command" ]; then exit ${TAKEN}; fi
cat > "$d/stdin" || exit 4
[ "$(wc -c < "$d/stdin")" -eq "$size" ] || { echo "only a part of the input arrived" >&2; exit 4; }
: > "$d/stdout" && : > "$d/stderr" || exit 4
(set -C; printf '%s\\n' "$@" > "$d/command") 2>/dev/null || exit ${TAKEN}
setsid nohup sh -c "$guard" sh "$d" "$@" < /dev/null > /dev/null 2>&1 &
tries=100
until [ -s "$d/pid" ]; do
  [ "$tries" -gt 0 ] || { echo "its shell did not start" >&2; exit 4; }
  sleep 0.05; tries=$((tries - 1))
done`;

// Is it alive? Sets $state to running, ended, vanished or unborn. Asks for the exit code again at last: it may have ended in between.
const STATE = `
d=$1
look() {
  state=vanished
  if [ -e "$d/exit" ]; then state=ended; return; fi
  if [ ! -e "$d/pid" ]; then state=unborn; return; fi
  { read -r pid; read -r known; } < "$d/pid"
  ${BORN}
  if [ -n "$born" ] && [ "$born" = "$known" ]; then state=running; elif [ -e "$d/exit" ]; then state=ended; fi
}
[ -r "$d/command" ] || { cat -- "$d/command" > /dev/null; exit 4; }
look`;

// One line - state, exit code, bytes of stdout, bytes of stderr - and then those bytes, from the given offsets on.
const POLL = `${STATE}
code=-; if [ "$state" = ended ]; then read -r code < "$d/exit"; fi
out=$(($(wc -c < "$d/stdout") - $2)); err=$(($(wc -c < "$d/stderr") - $3))
echo "$state $code $out $err"
tail -c "+$(($2 + 1))" -- "$d/stdout" | head -c "$out"
tail -c "+$(($3 + 1))" -- "$d/stderr" | head -c "$err"`;

// What is left of the group when the command itself has ended had its SIGTERM, and gets the SIGKILL at once.
const KILL = `${STATE}
tries=$2
if [ "$state" = running ]; then
  kill -s TERM -- "-$pid"
  while look; [ "$state" = running ] && [ "$tries" -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
  kill -s KILL -- "-$pid" 2>/dev/null
  tries=20
  while look; [ "$state" = running ] && [ "$tries" -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
  if [ "$state" = running ]; then echo "process $pid is still there" >&2; exit 4; fi
fi
if [ "$state" = vanished ]; then (set -C; echo 137 > "$d/exit") 2>/dev/null; fi
exit 0`;

/** Rejects with a TaskError where the directory holds a command already, or the command could not be started. */
export async function startDetached(
  runner: Runner,
  argv: readonly string[],
  options: Pick<ExecOptions, 'stdin' | 'env' | 'cwd'> & { readonly directory: string },
): Promise<Detached> {
  const { directory, stdin = '', env, cwd } = options;
  const size = String(Buffer.byteLength(stdin));
  const exit = await runner.run(['sh', '-c', START, 'sh', directory, size, GUARD, ...argv], { stdin, env, cwd });
  if (exit.code === TAKEN) {
    throw new TaskError(`${runner.host}: ${directory} holds a command already`, { next: 'attach to it, or start in another directory' });
  }
  if (exit.code !== 0) throw failure(`${runner.host}: cannot start ${argv[0]} in ${directory}`, exit);
  return new HostProcess(runner, directory);
}

/** undefined: none was ever started there. */
export async function attachDetached(runner: Runner, directory: string): Promise<Detached | undefined> {
  return (await readFile(runner, `${directory}/command`)) === undefined ? undefined : new HostProcess(runner, directory);
}

type State = 'running' | 'ended' | 'vanished' | 'unborn';

interface Poll {
  readonly state: State;
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

class HostProcess implements Detached {
  readonly directory: string;
  readonly #runner: Runner;

  constructor(runner: Runner, directory: string) {
    this.#runner = runner;
    this.directory = directory;
  }

  async poll(): Promise<Exit | undefined> {
    const { state, code, stdout, stderr } = await this.#look(0, 0);
    if (state === 'running') return undefined;
    return { code, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  async wait({ signal, onOutput, timeout }: Pick<ExecOptions, 'signal' | 'onOutput' | 'timeout'> = {}): Promise<Exit> {
    const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    const stdout = new Tail((text) => onOutput?.(text, 'stdout'));
    const stderr = new Tail((text) => onOutput?.(text, 'stderr'));
    for (let pause = 100; ; pause = Math.min(pause * 1.5, 1_000)) {
      const found = await this.#look(stdout.length, stderr.length, signal);
      stdout.add(found.stdout);
      stderr.add(found.stderr);
      if (found.state === 'ended') return { code: found.code, stdout: stdout.text, stderr: stderr.text };
      if (performance.now() > deadline) {
        throw new TaskError(`${this.#runner.host}: the command in ${this.directory} still runs after ${(timeout ?? 0) / 1_000} s`);
      }
      await sleep(pause, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }

  async kill(grace = 5_000): Promise<void> {
    const exit = await this.#runner.run(['sh', '-c', KILL, 'sh', this.directory, String(Math.ceil(grace / 100))]);
    if (exit.code !== 0) throw failure(`${this.#runner.host}: cannot end the command in ${this.directory}`, exit);
  }

  async #look(outOffset: number, errorOffset: number, signal?: AbortSignal): Promise<Poll> {
    const argv = ['env', 'LC_ALL=C', 'sh', '-c', POLL, 'sh', this.directory, String(outOffset), String(errorOffset)];
    const exit = await this.#runner.run(argv, { signal });
    if (exit.code !== 0) throw failure(`${this.#runner.host}: cannot look at the command in ${this.directory}`, exit);
    const head = exit.stdout.indexOf('\n') + 1;
    const [state = '', code, out] = exit.stdout.toString('latin1', 0, head).trim().split(' ');
    const [stdout, stderr] = [exit.stdout.subarray(head, head + Number(out)), exit.stdout.subarray(head + Number(out))];
    if (state !== 'running' && state !== 'ended') throw this.#lost(state, `${stdout}${stderr}`);
    return { state, code: Number(code), stdout, stderr };
  }

  #lost(state: string, output: string): TaskError {
    const where = `${this.#runner.host}: the command in ${this.directory}`;
    const what =
      state === 'unborn'
        ? 'was never started: the host or the link went down before'
        : 'vanished without an exit code: it was killed, or the host restarted';
    return new TaskError(`${where} ${what}`, { output: output.slice(-2_000) });
  }
}

// Bytes as they come, text only in whole characters.
class Tail {
  length = 0;
  text = '';
  readonly #decoder = new StringDecoder('utf8');
  readonly #hand: (text: string) => void;
  constructor(hand: (text: string) => void) {
    this.#hand = hand;
  }
  add(chunk: Buffer): void {
    this.length += chunk.length;
    const text = this.#decoder.write(chunk);
    this.text += text;
    if (text) this.#hand(text);
  }
}
