import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { standingJson, standingText } from '../../src/report/standing.ts';
import type { StandingRow } from '../../src/run/standing.ts';
import { STATES, WAY } from '../../src/run/states.ts';

const RUN = '20260101_000000-abcd';
const way = WAY.map((state) => ({ state, name: STATES[state].name }));
const show = (rows: readonly StandingRow[], columns = 100) => standingText(rows, { columns, color: false, way });

const row = (more: Partial<StandingRow> = {}): StandingRow => ({
  host: 'trains-1',
  directory: '/opt/trains',
  state: 'renamed',
  name: STATES.renamed.name,
  means: STATES.renamed.means,
  runs: 'nothing',
  old: STATES.renamed.old,
  new: STATES.renamed.new,
  fencing: 'neither server comes back by itself: the compose file is parked, and no container would be restarted',
  warnings: [],
  seen: ['/opt/trains/docker-compose.yml is not there'],
  lock: { holder: { run: RUN, who: 'ops@console', since: '2026-01-01T00:00:00.000Z' }, text: '', age: 600 },
  last_run: { run: RUN, change: { task: 'up/start 0.16.1', summary: 's', time: Date.UTC(2026, 0, 1, 1, 2, 3), done: false } },
  outcome: { status: 'failed', message: 'no space left' },
  next: {
    says: 'start the old server again, then run the playbook',
    commands: [
      {
        on: 'host',
        words: ['docker', 'tag', `allegroai/trains-agent-services:switchyard-${RUN}`, 'allegroai/trains-agent-services:latest'],
      },
      { on: 'host', words: ['cd', '/opt/trains'] },
      { on: 'host', words: ['docker', 'compose', 'up', '-d'] },
      { on: 'controller', words: ['switchyard', 'run', 'playbooks/trains-0.16.yml', '-l', 'trains-1'] },
    ],
  },
  ...more,
});
const lost = row({
  host: 'trains-2',
  state: 'unreachable',
  name: STATES.unreachable.name,
  means: 'trains-2: connection refused',
  runs: 'not known',
  old: STATES.unreachable.old,
  fencing: undefined,
  lock: 'unknown',
  last_run: 'unknown',
  outcome: undefined,
});

describe('where upgrades stand, shown', () => {
  it('as a block a host, with what to type at its end', () => {
    assert.equal(
      show([row()]),
      `trains-1  renamed  /opt/trains
  untouched > stopped > filling > copied, proven > [renamed] > new server up > has taken writes
  that is     the copy is proven and the old Elasticsearch data are renamed; the new server is not
              installed
  runs now    nothing; neither server comes back by itself: the compose file is parked, and no
              container would be restarted
  old server  usable once its Elasticsearch data have their old name again: not before, it would
              start empty
  new server  not installed; its Elasticsearch data are ready
  seen        /opt/trains/docker-compose.yml is not there
  last run    20260101_000000-abcd: up/start 0.16.1 was begun at 2026-01-01 01:02:03 UTC and not
              ended: it failed, was broken off, or still goes on; on this controller it ended
              failed: no space left
  lock        held by run 20260101_000000-abcd of ops@console since 2026-01-01T00:00:00.000Z; last
              sign of life 600 seconds ago
  next        start the old server again, then run the playbook
              on trains-1:
                docker tag allegroai/trains-agent-services:switchyard-20260101_000000-abcd \\
                  allegroai/trains-agent-services:latest && \\
                cd /opt/trains && \\
                docker compose up -d
              here:
                switchyard run playbooks/trains-0.16.yml -l trains-1
`,
    );
  });

  it('with a table ahead where there are several, and no line beyond its columns in any state', () => {
    const all = Object.entries(STATES).map(([state, { name, means, old, new: after }]) =>
      row({ host: `${state}.example.org`, state: state as StandingRow['state'], name, means, old, new: after }),
    );
    const text = show(all);
    assert.deepEqual(
      text.split('\n').filter((line) => line.length > 100),
      [],
    );
    assert.deepEqual(show([row(), lost]).split('\n').slice(0, 3), [
      'host      state        runs now   old server usable',
      'trains-1  renamed      nothing    yes',
      'trains-2  unreachable  not known  unknown',
    ]);
  });

  it('puts where it stands on the way into brackets, and nothing where there is no way to be on', () => {
    const bracketed = (state: StandingRow['state']) => /\[(.*)\]/.exec(show([row({ state, name: STATES[state].name })]))?.[1];
    assert.deepEqual((['untouched', 'down', 'up', 'written', 'none', 'unknown', 'unreachable'] as const).map(bracketed), [
      'untouched',
      'new server down',
      'new server up',
      'has taken writes',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('does not say "nobody" or "none" of what it could not look at', () => {
    assert.match(show([lost]), /last run {4}not known\n {2}lock {8}not known\n/);
    assert.match(
      show([row({ lock: undefined, last_run: undefined })]),
      /last run {4}none has changed this host\n {2}lock {8}nobody holds it\n/,
    );
  });

  it('hands a terminal nothing of what a host says to obey', () => {
    assert.ok(!show([row({ means: 'a\u001b[31mb', next: { says: 'c\u0007', commands: [] } })]).includes('\u001b'));
  });

  it('as JSON with a version, null for what is not there and "unknown" for what could not be looked at', () => {
    const { version, hosts } = JSON.parse(standingJson([row(), lost, row({ lock: undefined, last_run: undefined })]));
    assert.equal(version, 1);
    assert.deepEqual(Object.keys(hosts[0]).sort(), [
      ...['directory', 'fencing', 'host', 'last_run', 'lock', 'means', 'name', 'new', 'next', 'old', 'runs', 'seen', 'state', 'warnings'],
    ]);
    assert.deepEqual(hosts[0].lock, { run: RUN, who: 'ops@console', since: '2026-01-01T00:00:00.000Z', age_seconds: 600 });
    assert.deepEqual(hosts[0].last_run.outcome, { status: 'failed', message: 'no space left' });
    assert.deepEqual(hosts[0].next.commands.at(-1), { on: 'controller', command: 'switchyard run playbooks/trains-0.16.yml -l trains-1' });
    assert.deepEqual([hosts[1].lock, hosts[1].last_run, hosts[1].fencing], ['unknown', 'unknown', null]);
    assert.deepEqual([hosts[2].lock, hosts[2].last_run], [null, null]);
  });
});
