// One batch: its hosts side by side, each at its own speed, and what they wait for of each other.
import type { PlannedHost } from '../playbook/plan.ts';
import type { Step } from '../playbook/playbook.ts';
import { isApproved } from './approval.ts';
import type { Emitted, RunEvent } from './events.ts';
import { Comparing } from './held.ts';
import { type HostEnd, type RunContext, runHost } from './host.ts';
import { Meeting } from './meeting.ts';
import { Once } from './once.ts';
import { Places } from './places.ts';
import type { WalkOptions } from './walk.ts';

/** Resolves when every host has ended, to their ends in their order. */
export async function runBatch(
  batch: readonly PlannedHost[],
  options: WalkOptions,
  emit: (event: Emitted) => RunEvent,
): Promise<HostEnd[]> {
  const names = batch.map(({ name }) => name);
  const { run, approve, interrupt } = options;
  const asking = { check: run.check, approve, isSaved: options.held !== undefined, interrupt, emit };
  const meeting = new Meeting(names, (stage, hosts) => isApproved(stage, hosts, asking));
  const comparing = new Comparing(names);
  const once = new Once(names);
  const places = new Places(options.forks);
  const context: RunContext = {
    ...options,
    emit,
    signal: interrupt.signal,
    stopping: () => interrupt.name() !== undefined,
    barrier: (host, stage) => places.without(() => meeting.arrive(host, stage)),
    once,
    withoutPlace: (wait) => places.without(wait),
    throttled: throttles(),
    held: options.held && {
      ...options.held,
      once: new Once(names),
      compared: (host, isSame) => places.without(() => comparing.tell(host, isSame)),
    },
  };
  const walkOne = async (host: PlannedHost) => {
    const end = await runHost(host, context);
    for (const place of [meeting, comparing, once]) place.leave(host.name);
    context.held?.once.leave(host.name);
    emit({ kind: 'host_ended', result: end.result });
    return end;
  };
  return Promise.all(batch.map((host) => places.within(() => walkOne(host))));
}

/** Of each step with `throttle` so many at once. */
function throttles(): RunContext['throttled'] {
  const places = new Map<Step, Places>();
  return (step, work) => {
    if (step.throttle === undefined) return work();
    const own = places.get(step) ?? new Places(step.throttle);
    places.set(step, own);
    return own.within(work);
  };
}
