// Whole stages made by chance, on two hosts in memory: steps with loops, notify, run_once and ignore_errors, and every list that a stage has.
import fc from 'fast-check';
import { BREAKS } from './memory_host.ts';

/** A step before it is text. */
export interface DrawnStep {
  readonly what: 'command' | 'breaks' | 'command that creates' | 'get_url' | 'archive' | 'uri' | 'assert' | 'end_host';
  readonly file: 'a' | 'b';
  readonly text: 'x' | 'y';
  /** the step is for when the look so many looks back found the file, or did not find it */
  readonly when: { readonly back: number; readonly there: boolean } | undefined;
  readonly loops: boolean;
  readonly notifies: boolean;
  readonly once: boolean;
  readonly ignores: boolean;
}

export interface DrawnStage {
  readonly steps: readonly DrawnStep[];
  readonly rescue: readonly DrawnStep[];
  readonly always: readonly DrawnStep[];
  readonly handlers: readonly DrawnStep[];
}

const rarely = fc.integer({ min: 0, max: 5 }).map((number) => number === 0);
const step: fc.Arbitrary<DrawnStep> = fc.record({
  what: fc.oneof(
    { weight: 2, arbitrary: fc.constant('uri' as const) },
    { weight: 6, arbitrary: fc.constantFrom('get_url' as const, 'archive' as const, 'command that creates' as const) },
    { weight: 3, arbitrary: fc.constantFrom('command' as const, 'breaks' as const, 'assert' as const, 'end_host' as const) },
  ),
  file: fc.constantFrom('a', 'b'),
  text: fc.constantFrom('x', 'y'),
  when: fc.option(fc.record({ back: fc.integer({ min: 1, max: 3 }), there: fc.boolean() }), { nil: undefined, freq: 2 }),
  loops: rarely,
  notifies: fc.boolean(),
  once: rarely,
  ignores: rarely,
});
const some = (maxLength: number) => fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(step, { maxLength }));

export const drawnStages: fc.Arbitrary<readonly DrawnStage[]> = fc.array(
  fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 4 }), rescue: some(2), always: some(2), handlers: some(2) }),
  { minLength: 1, maxLength: 3 },
);

/** A playbook for the hosts a and b. */
export function playbookOfStages(stages: readonly DrawnStage[]): string {
  const looks: string[] = [];
  const written = stages.map(({ steps, rescue, always, handlers }, index) => {
    const list = (part: string, drawn: readonly DrawnStep[]) => drawn.map((one, i) => stepOf(one, `${part}${index}${i}`, { part, looks }));
    const names = handlers.map((_, i) => `handler${index}${i}`);
    const lists = { steps: list('step', steps), rescue: list('rescue', rescue), always: list('always', always) };
    return withHandlers({ name: `s${index}`, ...lists }, list('handler', handlers), names);
  });
  return `${JSON.stringify({ apiVersion: 'switchyard/v1', name: 'drawn', hosts: { a: {}, b: {} }, project_dir: '/srv', stages: written })}\n`;
}

type Written = Readonly<Record<string, unknown>>;

/** Those that notify name all handlers; where none does, there are no handlers. Empty lists are left out. */
function withHandlers(stage: Written, handlers: readonly Written[], names: readonly string[]): Written {
  const isNotified = (stage.steps as Written[]).some(({ notify }) => notify === true);
  const lists = Object.entries({ ...stage, handlers: isNotified ? handlers : [] }).map(([key, list]) => [
    key,
    Array.isArray(list)
      ? list.map(({ notify, ...one }: Written) => ({ ...one, ...(notify === true && isNotified && names.length > 0 && { notify: names }) }))
      : list,
  ]);
  return Object.fromEntries(lists.filter(([, list]) => (list as unknown[]).length > 0));
}

function stepOf(drawn: DrawnStep, name: string, { part, looks }: { readonly part: string; readonly looks: string[] }): Written {
  const { what, file, text, when } = drawn;
  const loops = drawn.loops && !['uri', 'assert', 'end_host'].includes(what);
  const path = loops ? '/srv/{{ item }}' : `/srv/${file}`;
  const asked = when && looks.at(-when.back);
  const condition = asked ? `${when.there ? '' : 'not '}${asked}.json.there` : undefined;
  const append = { argv: ['sh', '-c', 'printf %s "$2" >> "$1"', 'sh', path, what === 'breaks' ? BREAKS : text] };
  const bodies: Record<DrawnStep['what'], Written> = {
    command: { command: append },
    breaks: { command: append },
    'command that creates': { command: { ...append, creates: path } },
    get_url: { get_url: { url: `http://web/${text}`, dest: path, allow_insecure: true } },
    archive: { archive: { path: [path], dest: `${path}.tgz` } },
    uri: { uri: { url: `http://web/there/${file}` }, register: name },
    assert: { assert: { that: condition ?? 'true' } },
    end_host: { end_host: {} },
  };
  const asks = condition !== undefined && what !== 'assert';
  if (what === 'uri' && !asks && part !== 'rescue' && part !== 'handler') looks.push(name);
  return {
    name,
    ...(asks && { when: condition }),
    ...bodies[what],
    ...(loops && { loop: ['a', 'b'] }),
    ...(drawn.once && (part === 'step' || part === 'always') && { run_once: true }),
    ...(drawn.ignores && { ignore_errors: true }),
    ...(part !== 'handler' && drawn.notifies && { notify: true }),
  };
}
