// What the changes of a plan would write by the time they were made. A later step that would write or read the same cannot be foreseen.
import type { Concerns } from '../modules/module.ts';

/** Grows as a plan goes on. A path stands for all below it, another name for all that begin with it and a blank ("image" for "image redis:5.0"). */
export class Pending {
  /** an `end_host` is not decided yet: whether any later step comes about is not, either */
  mayHaveEnded = false;
  readonly #written: string[] = [];
  #anything = false;

  /** `concerns` of a step that would change something; undefined: it may write anything. */
  add(concerns: Concerns | undefined): void {
    if (concerns === undefined || concerns.writes === 'anything') this.#anything = true;
    else this.#written.push(...concerns.writes);
  }

  /** Whether a step may find another state in a run than it does now. */
  mayDecide({ writes, reads }: Concerns): boolean {
    const asked = [...(writes === 'anything' ? [] : writes), ...reads];
    if (this.#anything) return asked.length > 0;
    return this.#written.some((written) => asked.some((one) => overlap(written, one)));
  }
}

function overlap(one: string, other: string): boolean {
  if (one === other) return true;
  const within = (inner: string, outer: string) => inner.startsWith(outer.startsWith('/') ? `${outer.replace(/\/$/, '')}/` : `${outer} `);
  return within(one, other) || within(other, one);
}
