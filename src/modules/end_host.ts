import type { EndHostArguments } from './arguments.ts';
import { applyNothing, type Module } from './module.ts';

/** Ends the host's playbook well: what is left is not run there, and nothing is changed. */
export const endHost: Module<EndHostArguments> = {
  kind: 'probe',
  judgesValues: true,
  endsHost: true,
  check: async ({ message = 'nothing more to do' }) => ({ status: 'end', summary: message }),
  apply: applyNothing,
};
