// A program of the user's. The runner cannot know what it does, so it is always a change, unless `creates` or `removes` say otherwise.
import { Refusal, TaskError } from '../base/errors.ts';
import { MASK, type Secrets } from '../base/secret.ts';
import type { CommandArguments } from './arguments.ts';
import { findPath, howItEnded, tail } from './host_files.ts';
import type { Module, Target } from './module.ts';

/** A secret this short turns up by accident: a password "trains" is in every path. */
const SHORTEST_SECRET = 8;

/** Runs one program, or one line of shell. */
export const command: Module<CommandArguments> = {
  kind: 'opaque',

  concerns: (args) => ({
    writes: 'anything',
    reads: [args.creates, args.removes].filter((path) => path !== undefined).map((path) => within(args, path)),
  }),

  async check(args, target) {
    const argv = argvOf(args, target);
    if (args.creates !== undefined && (await findPath(target, within(args, args.creates))) !== undefined) {
      return { status: 'ok', outputs: notRun, summary: `${args.creates} is there` };
    }
    if (args.removes !== undefined && (await findPath(target, within(args, args.removes))) === undefined) {
      return { status: 'ok', outputs: notRun, summary: `${args.removes} is not there` };
    }
    if (argv.some((word) => holdsSecret(word, target.secrets))) {
      throw new Refusal(`${target.host}: the command line holds a secret, which every user of the host could read in the process list`, {
        next: 'hand the secret over in stdin, or as a variable in environment',
      });
    }
    return { status: 'changes', change: { summary: `run ${show(args)}`, detail: undefined } };
  },

  async apply(args, _change, target) {
    const exit = await target.connection.exec(argvOf(args, target), {
      stdin: args.stdin,
      cwd: args.chdir,
      signal: target.signal,
      onOutput: (text) => {
        const line = text
          .trimEnd()
          .split(/[\r\n]/)
          .at(-1);
        if (line) target.progress({ text: line });
      },
    });
    const expected = args.expect_rc ?? [0];
    if (exit.code === undefined || !expected.includes(exit.code)) {
      throw new TaskError(`${target.host}: ${show(args)} ${howItEnded(exit)}, expected ${expected.join(' or ')}`, {
        output: tail(exit),
        state: 'what the command did before it failed is still done; the runner cannot take it back',
      });
    }
    return { rc: exit.code, stdout: exit.stdout, stderr: exit.stderr, stdout_lines: linesOf(exit.stdout) };
  },
};

const notRun = { rc: 0, stdout: '', stderr: '', stdout_lines: [] };

function argvOf({ argv, cmd }: CommandArguments, { host }: Target): readonly string[] {
  if (argv !== undefined && cmd === undefined) return argv;
  if (cmd !== undefined && argv === undefined) return ['sh', '-c', cmd];
  throw new Refusal(`${host}: command needs exactly one of argv and cmd; found ${argv === undefined ? 'neither' : 'both'}`);
}

function within({ chdir }: CommandArguments, path: string): string {
  return chdir === undefined || path.startsWith('/') ? path : `${chdir}/${path}`;
}

function show({ argv, cmd }: CommandArguments): string {
  const line = (cmd ?? argv?.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ') ?? '').trim();
  const first = line.split('\n', 1)[0]!;
  return `"${first.length > 100 ? first.slice(0, 100) : first}${first.length < line.length || first.length > 100 ? '…' : ''}"`;
}

function holdsSecret(word: string, secrets: Secrets): boolean {
  const masked = secrets.mask(word);
  if (masked === word) return false;
  const count = masked.split(MASK).length - 1;
  return (word.length - masked.length) / count + MASK.length >= SHORTEST_SECRET;
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
