// A cut, by tags or by --start-at-task, that would have a run migrate the data of a server that it has not stopped: the step that stops it is left out, the migration is not.
import { at, type Findings, type Place } from './place.ts';
import type { Stage, Step } from './playbook.ts';
import { cutByTags, type TagOptions } from './tags.ts';

/** Two steps, of which the second must not run without the first. */
interface Pair {
  readonly stop: Step;
  readonly migrate: Step;
}

const isStop = ({ module, args }: Step) => module === 'docker_compose' && args.state === 'absent';
const isMigration = ({ module }: Step) => module === 'elasticsearch_migrate';

function pairsOf(stages: readonly Stage[]): readonly Pair[] {
  const steps = stages.flatMap((stage) => stage.steps);
  return steps.filter(isMigration).flatMap((migrate) => {
    const before = steps.slice(0, steps.indexOf(migrate));
    return before.filter(isStop).map((stop) => ({ stop, migrate }));
  });
}

/** Those that are parted where only these stages are left. */
function parted(pairs: readonly Pair[], stages: readonly Stage[]): readonly Pair[] {
  const left = new Set(stages.flatMap(({ steps }) => steps));
  return pairs.filter(({ stop, migrate }) => left.has(migrate) && !left.has(stop));
}

/** A sentence for each migration that would run without its stop. `left` is what the options leave of the stages. */
export function unsafeCuts(
  stages: readonly Stage[],
  left: readonly Stage[],
  { startAt, tags, skipTags }: TagOptions & { readonly startAt?: string },
): readonly string[] {
  const given = [
    ...(startAt === undefined ? [] : [`--start-at-task ${startAt}`]),
    ...(tags.length > 0 ? [`--tags ${tags.join(',')}`] : []),
    ...(skipTags.length > 0 ? [`--skip-tags ${skipTags.join(',')}`] : []),
  ];
  return parted(pairsOf(stages), left).map(
    ({ stop, migrate }) =>
      `${given.join(' ')}: "${migrate.id}" would migrate the data of a server that "${stop.id}" has not stopped; have both run, or neither`,
  );
}

/** Tells of every single tag by which a run could be cut like that. */
export function judgeTags(stages: readonly Stage[], places: ReadonlyMap<Step, Place>, findings: Findings): void {
  const pairs = pairsOf(stages);
  const hint = 'give both the tag';
  for (const tag of new Set(pairs.flatMap(({ stop, migrate }) => [...stop.tags, ...migrate.tags]))) {
    for (const { stop, migrate } of parted(pairs, cutByTags(stages, { tags: [tag], skipTags: [] }))) {
      const message = `--tags ${tag} would run this without "${stop.id}" before it`;
      findings.report(tagsAt(places.get(migrate)!), { rule: 'tags-part-migration', message, hint });
    }
    for (const { stop, migrate } of parted(pairs, cutByTags(stages, { tags: [], skipTags: [tag] }))) {
      const message = `--skip-tags ${tag} would leave this out and run "${migrate.id}" all the same`;
      findings.report(tagsAt(places.get(stop)!), { rule: 'tags-part-migration', message, hint });
    }
  }
}

/** The tags of a step, or its name where it has those of its stage. */
const tagsAt = (step: Place) => at(step, at(step, 'tags').value === undefined ? 'name' : 'tags');
