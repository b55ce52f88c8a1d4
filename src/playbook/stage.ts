// One stage as written, with what is included among its own steps, becomes a Stage.
import { asText, isMap } from '../base/data.ts';
import { judgeHandlers } from './handlers.ts';
import type { Includes } from './include.ts';
import { at, type Findings, type Place, textAt, whereIs } from './place.ts';
import { PARTS, type Part, type Stage } from './playbook.ts';
import { type Reading, readStep, refuseTemplate } from './step.ts';
import { tagsOf } from './tags.ts';
import type { Texts } from './texts.ts';

/** A stage before its steps are judged: the places of all of them, list by list. */
export interface WrittenStage {
  readonly place: Place;
  readonly parts: Readonly<Record<Part, readonly Place[]>>;
}

/** The stages of a playbook with everything that is included. */
export function writtenStages(root: Place, includes: Includes): readonly WrittenStage[] {
  const stages = includes.itemsOf(at(root, 'stages'), 'stages').filter(({ value }) => isMap(value));
  return stages.map((place) => {
    const places = (part: Part) => includes.itemsOf(at(place, part), part === 'handlers' ? 'handlers' : 'steps');
    return { place, parts: { steps: places('steps'), rescue: places('rescue'), always: places('always'), handlers: places('handlers') } };
  });
}

/** Tells of every register of a stage before any of its steps is read. */
export function announceRegisters({ parts }: WrittenStage, texts: Texts): void {
  for (const step of PARTS.flatMap((part) => parts[part])) {
    const register = textAt(step, 'register');
    if (register !== undefined) texts.announce(register, at(step, 'register'), asText(at(step, 'name').value));
  }
}

export function readStage({ place, parts }: WrittenStage, reading: Reading): Stage {
  const name = asText(at(place, 'name').value);
  const stage = {
    stage: name,
    when: reading.texts.bare(at(place, 'when')),
    tags: tagsOf(at(place, 'tags').value),
    become: at(place, 'become').value === true,
  };
  const read = (part: Part) => parts[part].map((step) => readStep(step, { ...stage, part }, reading)).filter((step) => step !== undefined);
  const lists = { steps: read('steps'), rescue: read('rescue'), always: read('always'), handlers: read('handlers') };
  judgeNames(
    PARTS.flatMap((part) => parts[part]),
    'step',
    reading.findings,
  );
  judgeHandlers(parts, reading);
  refuseTemplate(at(place, 'name'), 'it is shown before anything is filled in', reading.findings);
  refuseTemplate(at(place, 'confirm'), 'it is asked once for all hosts of a batch', reading.findings);
  return {
    name,
    barrier: at(place, 'barrier').value === true,
    confirm: textAt(place, 'confirm'),
    pointOfNoReturn: at(place, 'point_of_no_return').value === true,
    ...lists,
  };
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
