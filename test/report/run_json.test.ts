import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createReport } from '../../src/report/report.ts';
import { refusedStory } from './story.ts';

describe('the json report of a run', () => {
  it('has each host with its tasks, and how the run ended', () => {
    const report = createReport('json', { mask: (text) => text });
    for (const event of refusedStory()) report.listen(event);
    const { hosts, ...run } = JSON.parse(report.text()!);
    assert.deepEqual(run, {
      ...{ version: 1, run: '20261123_093700', playbook: 'Upgrade to 0.16', file: 'upgrade.yml', check: false },
      ...{ started: '2026-11-23T09:37:00.000Z', duration_ms: 15_000, exit: 5 },
      warnings: ['a: the clock is 40 s behind'],
    });
    const told = hosts.map((host: { host: string; status: string; tasks: { task: string; status: string }[] }) => [
      host.host,
      host.status,
      ...host.tasks.map(({ task, status }) => `${task} ${status}`),
    ]);
    assert.deepEqual(told, [
      ['a', 'ok', 'preflight/memory@a ok', 'preflight/disk@a skipped', 'copy/documents@a changed'],
      ['b', 'refused', 'preflight/memory@b refused'],
    ]);
    assert.equal(hosts[1].tasks[0].failure.next, 'give b more memory, then: switchyard resume 20261123_093700');
  });
});
