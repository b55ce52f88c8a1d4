// Conditions over what is known of a host. All that do not hold are named at once; one that is neither true nor false is a fault of
// the playbook, never taken for either.
import { Refusal, TaskError } from '../base/errors.ts';
import type { AssertArguments } from './arguments.ts';
import { applyNothing, type Evaluated, type Module } from './module.ts';

type Conditions = Omit<AssertArguments, 'that'> & { readonly that: Evaluated | readonly Evaluated[] };

/** Refuses unless every condition is true. */
export const assert: Module<Conditions> = {
  kind: 'probe',
  judgesValues: true,
  check: async ({ that, message, next }, { host }) => {
    const conditions = [that].flat();
    const odd = conditions.filter(({ value }) => typeof value !== 'boolean');
    if (odd.length > 0) {
      throw new TaskError(`${host}: ${odd.map(({ source, value }) => `${source} is ${show(value)}`).join(' and ')}, not true or false`, {
        next: 'compare the value with something, as in x == "yes", or test it, as in x is defined',
      });
    }
    const broken = conditions.filter(({ value }) => value === false).map(({ source }) => source);
    if (broken.length > 0) {
      const found = `${broken.join(' and ')} ${broken.length === 1 ? 'is' : 'are'} false`;
      throw new Refusal(`${host}: ${message === undefined ? found : `${message} (${found})`}`, { next });
    }
    return {
      status: 'ok',
      outputs: {},
      summary: `${conditions.length === 1 ? 'the condition holds' : `all ${conditions.length} conditions hold`}`,
    };
  },
  apply: applyNothing,
};

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
