// Where a variable gets its value: every level that sets it for a host, the one that wins last.
import type { Position } from '../base/errors.ts';
import type { Layer } from './inventory.ts';
import type { Playbook } from './playbook.ts';

/** One place that sets a variable. `of`: the group or host it is set for. */
export interface Level {
  readonly level: 'default' | 'group' | 'host' | 'playbook' | 'command line';
  readonly of?: string;
  readonly value: unknown;
  /** undefined for -e name=value */
  readonly position: Position | undefined;
}

/** Variables of the command line: one -e. */
export interface ExtraVars {
  readonly vars: Readonly<Record<string, unknown>>;
  readonly positionOf: (variable: string) => Position | undefined;
}

export interface LevelSources {
  /** of the host, as layersOf gives them */
  readonly layers: readonly Layer[];
  /** with the places of its values, by the way to them */
  readonly playbook?: { readonly playbook: Playbook; readonly positionOf: (path: readonly string[]) => Position };
  readonly extraVars: readonly ExtraVars[];
}

/** Lowest first: default of an input, groups, host, the playbook's own variables, the command line. */
export function levelsOf(variable: string, host: string, { layers, playbook: written, extraVars }: LevelSources): readonly Level[] {
  const levels: Level[] = [];
  const { playbook, positionOf } = written ?? {};
  const input = playbook?.inputs.get(variable);
  if (input?.default !== undefined)
    levels.push({ level: 'default', value: input.default, position: positionOf?.(['inputs', variable, 'default']) });
  for (const { level, of, vars, positionOf: placeOf } of layers) {
    if (Object.hasOwn(vars, variable)) levels.push({ level, of, value: vars[variable], position: placeOf(variable) });
  }
  const own = typeof playbook?.hosts === 'object' ? playbook.hosts[host] : undefined;
  if (own && Object.hasOwn(own, variable))
    levels.push({ level: 'host', of: host, value: own[variable], position: positionOf?.(['hosts', host, variable]) });
  if (playbook && Object.hasOwn(playbook.vars, variable))
    levels.push({ level: 'playbook', value: playbook.vars[variable], position: positionOf?.(['vars', variable]) });
  for (const { vars, positionOf: placeOf } of extraVars) {
    if (Object.hasOwn(vars, variable)) levels.push({ level: 'command line', value: vars[variable], position: placeOf(variable) });
  }
  return levels;
}
