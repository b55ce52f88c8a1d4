// Questions at the terminal: one line each. What is typed can be kept from the screen, and the terminal is left as it was, whatever happens.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** What a question needs of the process. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** aborted: the question rejects with its reason */
  readonly signal: AbortSignal;
  /** ^C: while a line is typed the terminal makes no signal of it */
  readonly interrupt: () => void;
}

/** undefined: ^D, the input ended. Rejects with the signal's reason. */
export async function ask(
  question: string,
  { hidden }: { readonly hidden: boolean },
  { input, output, signal, interrupt }: Terminal,
): Promise<string | undefined> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: hidden ? nowhere : output, terminal: true, historySize: 0 });
  lines.on('SIGINT', interrupt);
  if (hidden) output.write(question); // only now: from here on the terminal itself echoes nothing
  const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  const typed = lines.question(hidden ? '' : question, { signal }).catch((error: Error) => {
    if (signal.aborted) throw signal.reason;
    if (error.name === 'AbortError') return undefined; // ^D closes; older releases of Node never settle the question then
    throw error;
  });
  let answer: string | undefined;
  try {
    answer = await Promise.race([typed, closed]);
    return answer;
  } finally {
    lines.close();
    if (hidden || answer === undefined) output.write('\n'); // nothing has shown that the line is over
  }
}
