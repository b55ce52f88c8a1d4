// One stage as written, its included steps among its own, becomes a Stage.
import type { Includes } from './include.ts';
import { at, type Findings, isMap, type Place, textAt, whereIs } from './place.ts';
import type { Stage } from './playbook.ts';
import { type Reading, readStep, tagsOf } from './step.ts';
import type { Texts } from './texts.ts';

/** A stage before its steps are judged, with the places of all of them. */
export interface WrittenStage {
  readonly place: Place;
  readonly steps: readonly Place[];
}

/** The stages of a playbook with everything that is included. */
export function writtenStages(root: Place, includes: Includes): readonly WrittenStage[] {
  return includes
    .itemsOf(at(root, 'stages'), 'stages')
    .filter(({ value }) => isMap(value))
    .map((place) => ({ place, steps: includes.itemsOf(at(place, 'steps'), 'steps') }));
}

/** Tells of every register of a stage before any of its steps is read. */
export function announceRegisters({ steps }: WrittenStage, texts: Texts): void {
  for (const step of steps) {
    const register = textAt(step, 'register');
    if (register !== undefined) texts.announce(register, at(step, 'register'), String(at(step, 'name').value));
  }
}

export function readStage({ place, steps: written }: WrittenStage, reading: Reading): Stage {
  const name = String(at(place, 'name').value);
  const when = reading.texts.bare(at(place, 'when'));
  const tags = tagsOf(at(place, 'tags').value);
  const steps = written.flatMap((one) => {
    const step = readStep(one, name, reading);
    return step ? [{ ...step, tags: [...tags, ...step.tags], when: [...(when ? [when] : []), ...step.when] }] : [];
  });
  judgeNames(written, 'step', reading.findings);
  return { name, barrier: at(place, 'barrier').value === true, steps };
}

/** Names are unique among these. */
export function judgeNames(places: readonly Place[], what: string, findings: Findings): void {
  const seen = new Map<string, Place>();
  for (const place of places) {
    const name = textAt(place, 'name');
    if (name === undefined) continue;
    const first = seen.get(name);
    const named = at(place, 'name');
    if (first) {
      const message = `there is another ${what} named "${name}" at ${whereIs(first, named)}`;
      findings.report(named, { rule: 'duplicate-name', message, hint: `${what} names are unique` });
    } else seen.set(name, named);
  }
}
