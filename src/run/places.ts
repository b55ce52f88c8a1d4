// How many hosts are at work at once: --forks.

/** One that waits for others gives its place away meanwhile, so that they can come. First come, first served. */
export class Places {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** Does the work in a place, as soon as there is one. */
  async within<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#take();
    try {
      return await work();
    } finally {
      this.#give();
    }
  }

  /** To be called from within: waits without a place. */
  async without<Result>(wait: () => Promise<Result>): Promise<Result> {
    this.#give();
    try {
      return await wait();
    } finally {
      await this.#take();
    }
  }

  async #take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  #give(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#free++;
  }
}
