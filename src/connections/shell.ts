// From an argv to the one string a login shell is given, and to what goes ahead on standard input. Pure text: nothing runs here.
import { TaskError } from '../base/errors.ts';

/** Another user to run as. Only sudo is known; without a password it must not ask for one. */
export interface Become {
  readonly user: string;
  readonly password?: string;
}

export interface Wrapping {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly become?: Become;
}

/** `line` goes to the login shell; `preamble` must reach its standard input before anything else. */
export interface ShellCommand {
  readonly line: string;
  readonly preamble: string;
}

/** The line on standard error that tells the command's process id. It comes before the command's own output, not always before its shell's. */
export const ANNOUNCEMENT = /(?:^|\n)switchyard-pid (\d+)\n/;

const ANNOUNCE = 'echo switchyard-pid $$ >&2; ';
const GATE = 'switchyard-begin';
// sudo leaves the password unread where it needs none; the command must not find it on its standard input. `read` takes single bytes of a pipe.
const PASS_GATE = `until [ "$switchyard" = ${GATE} ]; do IFS= read -r switchyard || exit 126; done; unset switchyard; `;

/** Single quotes only: the one form all POSIX shells read alike. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TaskError(`an argument of a command holds a zero byte: ${JSON.stringify(word)}`);
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** For commands that are shown: quoted only where a shell would read it as something else. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : quote(text));

export function quoteAll(argv: readonly string[]): string {
  return argv.map(quote).join(' ');
}

/** The command announces its process id, then becomes argv itself (no shell stays between): its exit and signals are argv's. */
export function wrap(argv: readonly string[], { cwd, env = {}, become }: Wrapping = {}): ShellCommand {
  const enter = cwd === undefined ? '' : `cd -- ${quote(cwd)} || exit 127; `;
  const exports = exportText(env);
  if (!become && !exports) return { line: `${ANNOUNCE}${enter}exec ${quoteAll(argv)}`, preamble: '' };
  const gate = become?.password === undefined ? '' : PASS_GATE;
  const script = `${ANNOUNCE}${gate}${enter}${exports ? readExports(exports) : 'exec "$@"'}`;
  const shell = quoteAll(['sh', '-c', script, 'sh', ...argv]);
  if (!become) return { line: `exec ${shell}`, preamble: exports };
  if (become.password === undefined) return { line: `exec sudo -n -H -u ${quote(become.user)} -- ${shell}`, preamble: exports };
  return {
    line: `exec sudo -k -S -p '' -H -u ${quote(become.user)} -- ${shell}`,
    preamble: `${become.password}\n${GATE}\n${exports}`,
  };
}

/** Asks sudo once whether the password is right: with no more than it on standard input, a wrong one is a single failed login, not three. */
export function admission({ user, password }: Become): ShellCommand {
  const line = `exec sudo -k -S -p '' -H -u ${quote(user)} -- ${quoteAll(['sh', '-c', ANNOUNCE.trim()])}`;
  return { line, preamble: `${password ?? ''}\n` };
}

/** Ends the process group of a process: SIGTERM, and SIGKILL where that was not enough after `grace` ms. */
export function killArgv(pid: number, grace: number): string[] {
  return ['sh', '-c', KILL, 'sh', String(pid), String(Math.ceil(grace / 100))];
}

// The group is read, not assumed: under sudo the announced process need not lead it. Fields of stat are counted behind the name in parentheses.
const KILL = `
pid=$1; tries=$2; group=$1
stat=$(cat "/proc/$pid/stat" 2>/dev/null) && { set -- \${stat##*) }; group=$3; }
kill -s TERM -- "-$group" 2>/dev/null || exit 0
while [ "$tries" -gt 0 ]; do
  kill -s 0 -- "-$group" 2>/dev/null || exit 0
  sleep 0.1; tries=$((tries - 1))
done
kill -s KILL -- "-$group" 2>/dev/null || :`;

// The text ends by starting the command: cut short by a lost link it starts nothing.
function exportText(env: Readonly<Record<string, string>>): string {
  const names = Object.keys(env);
  const odd = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (odd !== undefined) throw new TaskError(`the environment variable ${JSON.stringify(odd)} has no name a shell can export`);
  return names.length === 0 ? '' : `${names.map((name) => `export ${name}=${quote(env[name] ?? '')}\n`).join('')}exec "$@"\n`;
}

// dd with single bytes: it must leave the rest of standard input to the command.
const readExports = (exports: string): string => `eval "$(dd bs=1 count=${Buffer.byteLength(exports)} 2>/dev/null)"; exit 126`;
