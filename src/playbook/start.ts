// --start-at-task: what is left of a playbook from one of its steps on.
import { didYouMean } from '../base/nearest.ts';
import type { Stage, Step } from './playbook.ts';

/** `stages` is all there is where `fault` says that there is no such step. */
export interface Started {
  readonly stages: readonly Stage[];
  readonly fault?: string;
}

/** `start` names a step, with its stage (`stage/step`) where others have the same name. Steps tagged always are kept before it, too. */
export function cutBefore(stages: readonly Stage[], start: string): Started {
  const all = stages.flatMap(({ steps }) => steps);
  const found = all.filter((step) => step.id === start || step.name === start);
  const [first] = found;
  if (first === undefined) return { stages, fault: noSuch(start, all) };
  if (found.length > 1) return { stages, fault: `--start-at-task ${start}: there are ${found.map(({ id }) => id).join(' and ')}` };
  const before = new Set(all.slice(0, all.indexOf(first)).filter((step) => !step.tags.includes('always')));
  const left = stages.map((stage) => ({ ...stage, steps: stage.steps.filter((step) => !before.has(step)) }));
  return { stages: left.filter(({ steps }) => steps.length > 0) };
}

function noSuch(start: string, all: readonly Step[]): string {
  const near = didYouMean(
    start,
    all.flatMap(({ id, name }) => [id, name]),
  );
  return `--start-at-task ${start}: no step is named so${near === undefined ? '' : `; ${near}`}`;
}
