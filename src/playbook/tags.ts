// Tags: what a step has, and what --tags and --skip-tags leave of a playbook.
import { asText } from '../base/data.ts';
import { didYouMean } from '../base/nearest.ts';
import { type Stage, type Step, stepsOf } from './playbook.ts';

/** What the command line says. Empty lists: nothing. */
export interface TagOptions {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

/** A tag, a list of them, or several with commas between. */
export function tagsOf(value: unknown): readonly string[] {
  return [value ?? []]
    .flat()
    .flatMap((tag) => asText(tag).split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/**
 * The stages with the steps that are wanted; one without any is left out. What belongs to the steps - rescue, always, handlers - stays with
 * them whatever its tags are, but for what is to be skipped.
 */
export function cutByTags(stages: readonly Stage[], options: TagOptions): readonly Stage[] {
  const kept = (steps: readonly Step[]) => steps.filter((step) => !isSkipped(step, options));
  return stages
    .map((stage) => ({
      ...stage,
      steps: stage.steps.filter((step) => isWanted(step, options)),
      rescue: kept(stage.rescue),
      always: kept(stage.always),
      handlers: kept(stage.handlers),
    }))
    .filter(({ steps }) => steps.length > 0);
}

const isSkipped = (step: Step, { skipTags }: TagOptions) => step.tags.some((tag) => skipTags.includes(tag));

function isWanted(step: Step, options: TagOptions): boolean {
  const { tags } = options;
  const isNamed = tags.length === 0 || step.tags.includes('always') || step.tags.some((tag) => tags.includes(tag));
  return isNamed && !isSkipped(step, options);
}

/** A tag that no step has is a typing error: it would leave nothing to run, or leave in what should be left out. */
export function unknownTags(stages: readonly Stage[], { tags, skipTags }: TagOptions): readonly string[] {
  const known = new Set(stages.flatMap(stepsOf).flatMap((step) => step.tags));
  const near = (tag: string) =>
    didYouMean(tag, known) ?? (known.size > 0 ? `there are ${[...known].join(', ')}` : 'the playbook has no tags');
  const unknown = (list: readonly string[], option: string) =>
    list.filter((tag) => !known.has(tag) && tag !== 'always').map((tag) => `${option} ${tag}: no step has this tag; ${near(tag)}`);
  return [...unknown(tags, '--tags'), ...unknown(skipTags, '--skip-tags')];
}
