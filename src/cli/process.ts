// This process as the World that commands see: its streams, terminal, signals, clock and environment. The one place that reads them.
import { homedir, hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskError } from '../base/errors.ts';
import { Secrets } from '../base/secret.ts';
import type { World } from '../commands/world.ts';
import { glob, kindOf, list } from './disk.ts';
import { readStdin, readTextFile } from './file.ts';
import { createFile, requirePlace, saveFile, saveReport } from './save.ts';

/** Resolves when all that was written is out, or nobody reads it any more: to a pipe that is full, the end of a long output is still to come. */
export async function flushed(): Promise<void> {
  const { stdout, stderr } = process;
  await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
}

/** `color`: as the command line says; undefined: the terminal and the environment decide. To be called once: it listens to signals. */
export function worldOf(version: string, color: boolean | undefined): World {
  const secrets = new Secrets();
  const { env, stdout, stderr } = process;
  const { username } = userInfo();
  const interrupt = interruptOf();
  const isTerminal = stdout.isTTY === true && env.TERM !== 'dumb' && !env.CI;
  const wanted = color ?? (env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : isTerminal);
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error; // `switchyard run … | head`: nobody reads on, but the hosts are to be brought to an end
    });
  }
  return {
    version,
    cwd: process.cwd(),
    env,
    home: homedir(),
    user: username,
    who: `${username}@${hostname()}`,
    stdout: (text) => void stdout.write(secrets.mask(text)),
    stderr: (text) => void stderr.write(secrets.mask(text)),
    screen: {
      isTerminal,
      color: wanted,
      get columns() {
        return stdout.columns || 80; // read at every draw: a window may be made larger; some terminals say 0
      },
      get rows() {
        return stdout.rows || 24;
      },
    },
    get ask() {
      const { stdin } = process; // made when it is looked at, and most commands never do
      return stdin.isTTY === true && stderr.isTTY === true && !env.CI ? askOn({ stdin, stderr, interrupt, secrets }) : undefined;
    },
    secrets,
    interrupt,
    now: Date.now,
    wait: (ms, signal) => sleep(ms, undefined, { signal }),
    random: () => Buffer.from(crypto.getRandomValues(new Uint8Array(2))).toString('hex'), // node:crypto takes long to load
    readFile: readTextFile,
    readStdin,
    requirePlace,
    saveFile,
    saveReport,
    createFile,
    kindOf,
    list,
    glob,
  };
}

/** ^C and SIGTERM: the first one lets running tasks end, the second one aborts them. */
function interruptOf(): World['interrupt'] {
  const aborter = new AbortController();
  const listeners: ((signal: string, times: number) => void)[] = [];
  let first: string | undefined;
  let times = 0;
  const heard = (signal: string) => {
    first ??= signal;
    times++;
    for (const listen of listeners) listen(signal, times);
    if (times > 1 || listeners.length === 0) aborter.abort(new TaskError('aborted by the user'));
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return { signal: aborter.signal, name: () => first, listen: (listener) => void listeners.push(listener) };
}

/** On stderr, for stdout may be a file. */
function askOn(world: {
  stdin: NodeJS.ReadStream;
  stderr: NodeJS.WriteStream;
  interrupt: World['interrupt'];
  secrets: Secrets;
}): World['ask'] {
  const { stdin: input, stderr: output, interrupt, secrets } = world;
  return async (question, { hidden, signal: own }) => {
    const signal = own === undefined ? interrupt.signal : AbortSignal.any([interrupt.signal, own]);
    const terminal = { input, output, signal, interrupt: () => void process.kill(process.pid, 'SIGINT') };
    return (await import('../commands/terminal.ts')).ask(secrets.mask(question), { hidden }, terminal);
  };
}
