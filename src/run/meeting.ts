// Where the hosts of a batch wait for each other.
import type { Stage } from '../playbook/playbook.ts';

/** Whether a stage may begin on the hosts that have come to it. */
type Open = (stage: Stage, hosts: readonly string[]) => Promise<boolean>;

interface Place {
  readonly stage: Stage;
  readonly hosts: Set<string>;
  readonly answer: PromiseWithResolvers<boolean>;
  isAsked: boolean;
}

/** A host that has ended is no longer waited for. */
export class Meeting {
  readonly #present: Set<string>;
  readonly #places = new Map<Stage, Place>();
  readonly #open: Open;

  constructor(hosts: readonly string[], open: Open) {
    this.#present = new Set(hosts);
    this.#open = open;
  }

  /** Resolves when every host of the batch has come to this stage or has ended: to whether it may begin. */
  arrive(host: string, stage: Stage): Promise<boolean> {
    const place = this.#places.get(stage) ?? { stage, hosts: new Set(), answer: Promise.withResolvers<boolean>(), isAsked: false };
    this.#places.set(stage, place);
    place.hosts.add(host);
    this.#openWhereAllAre();
    return place.answer.promise;
  }

  leave(host: string): void {
    this.#present.delete(host);
    for (const { hosts } of this.#places.values()) hosts.delete(host);
    this.#openWhereAllAre();
  }

  /** In the order of the batch. */
  #openWhereAllAre(): void {
    const present = [...this.#present];
    for (const place of this.#places.values()) {
      if (place.isAsked || place.hosts.size === 0 || !present.every((host) => place.hosts.has(host))) continue;
      place.isAsked = true;
      const { resolve, reject } = place.answer;
      this.#open(place.stage, present).then(resolve, reject);
    }
  }
}
