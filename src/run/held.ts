// What a saved plan holds a run to: each host of a batch is as the plan saw it, or nothing is changed on any of them.
import { differences } from './drift.ts';
import type { Failure } from './events.ts';
import type { Observed } from './observed.ts';
import type { Once } from './once.ts';

export interface Held {
  /** the id of the plan */
  readonly plan: string;
  /** by host: all hosts of the plan */
  readonly expected: ReadonlyMap<string, Observed>;
  /** the command that makes a new plan */
  readonly again: string;
  /** who does what is done once, while hosts are compared */
  readonly once: Once;
  /**
   * To be told of each host once it was compared. Resolves, when every host of the batch was or has ended, to those that are not the
   * same or could not be looked at.
   */
  readonly compared: (host: string, isSame: boolean) => Promise<readonly string[]>;
}

/** undefined: the host is as the plan saw it. */
export function driftOf(host: string, now: Observed, { expected, again }: Pick<Held, 'expected' | 'again'>): Failure | undefined {
  const then = expected.get(host)!;
  if (then.state === now.state) return undefined;
  const message = `${host}: is not as the plan saw it`;
  return { message, differences: differences(then, now), state: `nothing was changed on ${host}`, next: `make a new plan: ${again}` };
}

/** Where the hosts of a batch wait for each other before the first of them is changed. */
export class Comparing {
  readonly #awaited: Set<string>;
  readonly #others: string[] = [];
  readonly #open = Promise.withResolvers<void>();

  constructor(hosts: readonly string[]) {
    this.#awaited = new Set(hosts);
  }

  /** As Held.compared. */
  async tell(host: string, isSame: boolean): Promise<readonly string[]> {
    this.#end(host, isSame);
    await this.#open.promise;
    return this.#others;
  }

  /** The host has ended. One that was not compared before is not the same. */
  leave(host: string): void {
    if (this.#awaited.has(host)) this.#end(host, false);
  }

  #end(host: string, isSame: boolean): void {
    if (!isSame) this.#others.push(host);
    this.#awaited.delete(host);
    if (this.#awaited.size === 0) this.#open.resolve();
  }
}
