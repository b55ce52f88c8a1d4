// The states that an upgrade of a host can be in, as data: what each means, whether the old server and the new one can be used, and what
// kind of step comes next. docs/command-line.md shows the same table; a test holds the two together.

/** `on the way` are those from `untouched` to `written`; the others tell why there is no such state to tell. */
export type StateName =
  | 'untouched'
  | 'stopped'
  | 'filling'
  | 'proven'
  | 'renamed'
  | 'down'
  | 'up'
  | 'written'
  | 'none'
  | 'unknown'
  | 'unreachable';

export type Usable = 'yes' | 'no' | 'unknown';

export interface State {
  /** as the user reads it */
  readonly name: string;
  readonly means: string;
  readonly old: { readonly usable: Usable; readonly says: string };
  readonly new: { readonly usable: Usable; readonly says: string };
  /**
   * upgrade: run the playbook. back: start the old server again, then run the playbook from its start. start: start the new server.
   * keep: nothing. where: say where the server is. look: mend what kept us from looking
   */
  readonly next: 'upgrade' | 'back' | 'start' | 'keep' | 'where' | 'look';
  /** neither server may come back by itself here */
  readonly fenced: boolean;
}

const UNKNOWN = { usable: 'unknown', says: 'not known' } as const;

export const STATES: Readonly<Record<StateName, State>> = {
  untouched: {
    name: 'untouched',
    means: 'the old server is what is installed; no upgrade has stopped it',
    old: { usable: 'yes', says: 'usable: it is what is installed' },
    new: { usable: 'no', says: 'not there' },
    next: 'upgrade',
    fenced: false,
  },
  stopped: {
    name: 'stopped',
    means: 'an upgrade has stopped the old server and parked its compose file; no data are copied yet',
    old: { usable: 'yes', says: 'usable: its data are as they were' },
    new: { usable: 'no', says: 'not usable: it has no data' },
    next: 'back',
    fenced: true,
  },
  filling: {
    name: 'filling',
    means: 'the copy of the Elasticsearch data is not whole: it is being made, or was broken off',
    old: { usable: 'yes', says: 'usable: its data are as they were' },
    new: { usable: 'no', says: 'not usable: its Elasticsearch data are not whole' },
    next: 'back',
    fenced: true,
  },
  proven: {
    name: 'copied, proven',
    means: 'the copy of the Elasticsearch data is whole and proven; the old data have their old name',
    old: { usable: 'yes', says: 'usable: its data are as they were' },
    new: { usable: 'no', says: 'not installed; its Elasticsearch data are ready' },
    next: 'back',
    fenced: true,
  },
  renamed: {
    name: 'renamed',
    means: 'the copy is proven and the old Elasticsearch data are renamed; the new server is not installed',
    old: { usable: 'yes', says: 'usable once its Elasticsearch data have their old name again: not before, it would start empty' },
    new: { usable: 'no', says: 'not installed; its Elasticsearch data are ready' },
    next: 'back',
    fenced: true,
  },
  down: {
    name: 'new server down',
    means: 'the new compose file is in place, and nothing of it runs now; it may have run before',
    old: { usable: 'no', says: 'not as things are: a new server that has run has changed Mongo and Redis' },
    new: { usable: 'yes', says: 'usable: it is what is installed' },
    next: 'start',
    fenced: false,
  },
  up: {
    name: 'new server up',
    means: 'the new server runs',
    old: { usable: 'no', says: 'not as things are: the new server has changed Mongo and Redis since its start' },
    new: { usable: 'yes', says: 'in use' },
    next: 'keep',
    fenced: false,
  },
  written: {
    name: 'new server has taken writes',
    means: 'the new server runs and holds documents that the old one never had',
    old: { usable: 'no', says: 'not as things are, and going back would lose what was written since' },
    new: { usable: 'yes', says: 'in use' },
    next: 'keep',
    fenced: false,
  },
  none: {
    name: 'no server',
    means: 'neither a compose file nor containers of a server were found',
    old: { usable: 'no', says: 'not there' },
    new: { usable: 'no', says: 'not there' },
    next: 'where',
    fenced: false,
  },
  unknown: { name: 'could not look', means: '', old: UNKNOWN, new: UNKNOWN, next: 'look', fenced: false },
  unreachable: { name: 'unreachable', means: '', old: UNKNOWN, new: UNKNOWN, next: 'look', fenced: false },
};

/** The way of an upgrade in its order. `down` stands where `up` does. */
export const WAY = ['untouched', 'stopped', 'filling', 'proven', 'renamed', 'up', 'written'] as const satisfies readonly StateName[];
