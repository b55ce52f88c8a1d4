// switchyard route: the way from one release to another, from what is known of them; no host is asked.
import { findRoute, type Hop } from '../releases/route.ts';
import type { World } from './world.ts';

export interface RouteOptions {
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
}

/** Rejects with a Refusal (exit 4) where there is no way. */
export async function route({ from, to, json }: RouteOptions, world: World): Promise<number> {
  const found = findRoute(from, to);
  if (json === true) world.stdout(`${JSON.stringify(found, undefined, 2)}\n`);
  else if (found.hops.length === 0) world.stdout(`${from} is ${to}: nothing to do\n`);
  else world.stdout(`${found.hops.map(hopText).join('\n')}`);
  return 0;
}

function hopText({ from, to, needs, steps, warnings }: Hop, index: number): string {
  const lines = [
    `${index + 1}. ${from} → ${to}`,
    ...needs.map((text) => `   needs    ${text}`),
    ...steps.map((text) => `   does     ${text}`),
    ...warnings.map((text) => `   beware   ${text}`),
  ];
  return `${lines.join('\n')}\n`;
}
