// One command at a time changes the lab: two that make the same host side by side would break it.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from './progress.ts';
import { CACHE_DIR } from './settings.ts';

const FILE = join(CACHE_DIR, 'lock');

/** Does the work when no other command of the lab is under way; the lock of one that was killed counts for nothing. */
export async function alone<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
  for (let told = false; !(await take()); told = true) {
    const holder = (await readFile(FILE, 'utf8').catch(() => '')).trim();
    if (holder !== '' && !existsSync(`/proc/${holder}`) && existsSync('/proc/self')) await rm(FILE, { force: true });
    else if (!told) progress.say(`another command of the lab is at work (process ${holder}); waiting for its end`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  try {
    return await work();
  } finally {
    await rm(FILE, { force: true });
  }
}

async function take(): Promise<boolean> {
  await mkdir(CACHE_DIR, { recursive: true });
  return writeFile(FILE, String(process.pid), { flag: 'wx' }).then(
    () => true,
    () => false,
  );
}
