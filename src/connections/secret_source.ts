// What a reference to a secret stands for. Nothing that was read is ever in an error.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { SecretReference } from '../base/secret_reference.ts';
import { runProgram } from './program.ts';

/** Of the runner's own machine. */
export interface SecretContext {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** relative files are from here on */
  readonly cwd: string;
  readonly signal?: AbortSignal;
  /** hears of a file that others may read, as a sentence */
  readonly warn: (message: string) => void;
}

/** ms for a program: somebody may have to unlock it. */
const PATIENCE = 60_000;

/** Bytes: more is no password but the wrong file. */
const MOST = 2 ** 16;

/** Without the line break at its end. Rejects with a UsageError where there is nothing. */
export async function readSecret(reference: SecretReference, context: SecretContext): Promise<string> {
  const { what, value } =
    'env' in reference
      ? { what: `the environment variable ${reference.env}`, value: context.env[reference.env] }
      : 'file' in reference
        ? { what: `the file ${reference.file}`, value: fromFile(reference.file, context) }
        : { what: `what ${reference.command[0]} prints`, value: await fromProgram(reference.command, context) };
  if (value === undefined) throw new UsageError(`${what} is not set`);
  const secret = value.replace(/\r?\n$/, '');
  if (secret === '') throw new UsageError(`${what} is empty`);
  if (Buffer.byteLength(secret) > MOST) throw new UsageError(`${what} is longer than ${MOST / 1024} KiB: that is no secret`);
  return secret;
}

function fromFile(file: string, { home, cwd, warn }: SecretContext): string {
  const path = resolve(cwd, file.replace(/^~(?=\/|$)/, home));
  try {
    const { mode, size } = statSync(path);
    if ((mode & 0o044) !== 0) warn(`the secret in ${file} may be read by others; chmod 600 ${file} keeps them out`);
    return size > MOST + 2 ? ' '.repeat(MOST + 1) : readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(code === 'ENOENT' ? `there is no file ${file}` : `the file ${file} cannot be read: ${code}`);
  }
}

async function fromProgram(argv: readonly string[], { cwd, env, signal }: SecretContext): Promise<string> {
  const end = await runProgram(argv, { cwd, env, timeout: PATIENCE, signal });
  if ('output' in end) return end.output;
  throw new UsageError(`${argv.join(' ')} ${end.fault}; what it said is not shown here: run it by hand to see why`);
}
