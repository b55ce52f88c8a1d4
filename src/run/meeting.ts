// Where the hosts of a batch wait for each other.
import type { Stage } from '../playbook/playbook.ts';

/** A host that has ended is no longer waited for. */
export class Meeting {
  readonly #present: Set<string>;
  readonly #arrived = new Map<string, { hosts: Set<string>; open: PromiseWithResolvers<void> }>();

  constructor(hosts: readonly string[]) {
    this.#present = new Set(hosts);
  }

  /** Resolves when every host of the batch has come to this stage or has ended. */
  arrive(host: string, stage: Stage): Promise<void> {
    const place = this.#arrived.get(stage.name) ?? { hosts: new Set<string>(), open: Promise.withResolvers<void>() };
    this.#arrived.set(stage.name, place);
    place.hosts.add(host);
    this.#openWhereAllAre();
    return place.open.promise;
  }

  leave(host: string): void {
    this.#present.delete(host);
    this.#openWhereAllAre();
  }

  #openWhereAllAre(): void {
    for (const { hosts, open } of this.#arrived.values()) {
      if ([...this.#present].every((host) => hosts.has(host))) open.resolve();
    }
  }
}
