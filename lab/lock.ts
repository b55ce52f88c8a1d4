// One command at a time changes the lab: two that make the same host side by side would break it.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { LabError } from './errors.ts';

export interface LockOptions {
  readonly file: string;
  /** How long to wait for another command's end. */
  readonly seconds: number;
  readonly say: (text: string) => void;
}

const PAUSE = 100;

/** Does the work when no other command of the lab is under way; the lock of one that was killed counts for nothing. */
export async function alone<T>(work: () => Promise<T>, { file, seconds, say }: LockOptions): Promise<T> {
  const until = performance.now() + seconds * 1000;
  let seen: string | undefined;
  while (!(await take(file))) {
    const holder = (await readFile(file, 'utf8').catch(() => '')).trim();
    // one that is empty for longer than the moment between making and writing it belongs to nobody
    const isStale = holder === '' ? seen === '' : !isAlive(Number(holder));
    if (isStale) await rm(file, { force: true });
    else if (performance.now() > until) {
      throw new LabError(`another command of the lab is at work (process ${holder}) and did not end in ${seconds} s; try again later`);
    } else if (holder !== '' && holder !== seen) say(`another command of the lab is at work (process ${holder}): waiting for it`);
    seen = holder;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

function take(file: string): Promise<boolean> {
  return writeFile(file, String(process.pid), { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw new LabError(`the lock ${file} cannot be written: ${error.message}`);
    },
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // someone else's process, but there
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
