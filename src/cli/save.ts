// Files that the runner leaves for its user: each is there whole or not at all.
import { accessSync, closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, UsageError } from '../base/errors.ts';

/** Throws a UsageError where no file of that name could be saved. `makes`: the directories it lacks are made. */
export function requirePlace(path: string, { makes = false }: { readonly makes?: boolean } = {}): void {
  const cannot = (why: string) => new UsageError(`cannot write ${path}: ${why}`);
  try {
    if (makes) mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw cannot(messageOf(error));
  }
  const [found, directory] = [path, dirname(path)].map((name) => statSync(name, { throwIfNoEntry: false }));
  if (directory?.isDirectory() !== true) throw cannot(`there is no directory ${dirname(path)}`);
  if (found && !found.isFile()) throw cannot('it is there, and is no file');
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw cannot(messageOf(error));
  }
}

/** Makes the directories it lacks. false: something of that name is there, and stays as it is. Throws a UsageError where it cannot be written. */
export function createFile(path: string, text: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(path, { throwIfNoEntry: false })) return false;
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`);
  }
}

/** Makes the directories it lacks, and is written as saveFile does. Throws a UsageError where it cannot be written. */
export function saveReport(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    saveFile(path, text, 0o644);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`);
  }
}

/** Written aside, synced and renamed. Rejects with the error of the system, and leaves nothing aside. */
export function saveFile(path: string, text: string, mode: number): void {
  const aside = `${path}.${process.pid}`;
  const file = openSync(aside, 'wx', mode);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}
