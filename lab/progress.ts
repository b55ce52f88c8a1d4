// One line a phase, with its seconds, on stderr: stdout is for what a program may read.
export class Progress {
  readonly #started = performance.now();

  say(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** Runs a piece of work and says what it was and how long it took; what it returns as text is added to the line. */
  async phase<T>(title: string, work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    const result = await work();
    const note = typeof result === 'string' && result !== '' ? `  ${result}` : '';
    this.say(`${title.padEnd(44)} ${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s${note}`);
    return result;
  }

  seconds(): string {
    return ((performance.now() - this.#started) / 1000).toFixed(1);
  }
}
