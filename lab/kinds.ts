// The kinds of installation a host of the lab can have: which release, where it is, how it was started.
import type { Release } from './settings.ts';

export interface Installation {
  readonly release: Release;
  /** The product's directory on the host: data, logs, settings, and the compose file where there is one. */
  readonly directory: string;
  /** A container for each service, one for the whole application, or containers that were started by hand, without compose. */
  readonly form: 'services' | 'unified' | 'by-hand';
  /** The compose project's name, where it is not the one that compose makes of the directory. */
  readonly project?: string;
}

export const KINDS = ['0.11-plain', '0.13', '0.14', '0.15', '0.15-relocated', '0.15-unified'] as const;
export type Kind = (typeof KINDS)[number];

/** Where the product's own documentation puts it. */
export const HOME = '/opt/trains';

export const INSTALLATIONS: Readonly<Record<Kind, Installation>> = {
  '0.11-plain': { release: '0.11', directory: HOME, form: 'by-hand' },
  '0.13': { release: '0.13', directory: HOME, form: 'services' },
  '0.14': { release: '0.14', directory: HOME, form: 'services' },
  '0.15': { release: '0.15', directory: HOME, form: 'services' },
  '0.15-relocated': { release: '0.15', directory: '/srv/clear/trains', form: 'services', project: 'tracking' },
  '0.15-unified': { release: '0.15', directory: HOME, form: 'unified' },
};

/** The container in which the API runs. */
export function apiContainer(kind: Kind): string {
  return INSTALLATIONS[kind].form === 'unified' ? 'trains-server' : 'trains-apiserver';
}
