import assert from 'node:assert/strict';
import { parse, type TestSuites } from 'junit2json';
import { describe, it } from 'mocha';
import { createReport } from '../../src/report/report.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { counts, failedStory, heldStory, hostResult, planStory, refusedStory, started, taskEnded, timed } from './story.ts';

const mask = (text: string) => text.replaceAll('hunter22', '********');

function junitOf(events: readonly RunEvent[]): readonly string[] | undefined {
  const report = createReport('junit', { mask });
  for (const event of events) report.listen(event);
  return report.text()?.split('\n');
}

const suite = (name: string, numbers: string) => `  <testsuite name="${name}" ${numbers} timestamp="2026-11-23T09:37:00.000Z">`;

describe('junit', () => {
  it('has a suite a host and a case a task; a failure with its state, what is next, and all that was said, without secrets', () => {
    assert.deepEqual(junitOf(failedStory()), [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="Upgrade to 0.16 (20261123_093700)" tests="3" failures="1" errors="0" skipped="0" time="3.000">',
      suite('b', 'tests="3" failures="1" errors="0" skipped="0" time="0.300"'),
      '    <testcase name="memory" classname="b.preflight" time="0.100">',
      '      <system-out>ok: 16 GB</system-out>',
      '    </testcase>',
      '    <testcase name="disk" classname="b.preflight" time="0.100">',
      '      <system-out>ok: 80 GB free</system-out>',
      '    </testcase>',
      '    <testcase name="documents" classname="b.copy" time="0.100">',
      '      <failure message="b: copy documents: 120 of 4,310 documents missing" type="failed">state: the old server runs and serves',
      'next: switchyard resume 20261123_093700',
      'output:',
      '  bulk: 429',
      '  rejected: ********</failure>',
      '    </testcase>',
      '  </testsuite>',
      '</testsuites>',
      '',
    ]);
  });

  it('tells what a plan leaves open as skipped, and a host that could not be reached as an error', () => {
    const lines = junitOf(planStory())!;
    assert.deepEqual(lines.slice(1, 3), [
      '<testsuites name="Upgrade to 0.16 (20261123_093700)" tests="4" failures="0" errors="1" skipped="1" time="2.000">',
      suite('a', 'tests="3" failures="0" errors="0" skipped="1" time="0.300"'),
    ]);
    assert.ok(lines.includes('      <system-out>would change: make /opt/trains/new</system-out>'));
    assert.ok(lines.includes('      <skipped message="decided at run time: after the change of preflight/disk"/>'));
    assert.deepEqual(lines.slice(-7, -3), [
      suite('b', 'tests="1" failures="0" errors="1" skipped="0" time="0.000"'),
      '    <testcase name="the host" classname="b" time="0.000">',
      '      <error message="b: connection refused by 10.0.0.2:22" type="unreachable">next: ssh b</error>',
      '    </testcase>',
    ]);
  });

  it('tells of a refused task once, and of a host that was never begun', () => {
    assert.equal(junitOf(refusedStory())!.filter((line) => line.includes('<failure ')).length, 1);
    const lines = junitOf(heldStory())!;
    assert.ok(lines.includes('      <skipped message="not run: nothing was changed: b cannot be held to the plan"/>'));
    assert.ok(
      lines.some((line) =>
        line.startsWith('      <failure message="b: is not as the plan saw it" type="refused">differs: facts.cpus: then 4, now 8'),
      ),
    );
  });

  it('lets pass what failed and was passed over, or was rescued', () => {
    const over = { message: 'a: no', ignored: true };
    const hosts = [hostResult('a', 'ok', { failed: 2 })];
    const lines = junitOf(
      timed([
        [0, started([['a']])],
        [0, taskEnded('preflight/memory@a', 'failed', 'a: no', over)],
        [0, taskEnded('copy/documents@a', 'failed', 'a: broken', { message: 'a: broken' })],
        [1, { kind: 'run_ended', hosts, exit: 0, duration_ms: 1000 }],
      ]),
    )!;
    assert.deepEqual(
      lines.filter((line) => /system-out|failure /.test(line)),
      ['      <system-out>failed: a: no</system-out>', '      <system-out>failed: a: broken</system-out>'],
    );
    assert.deepEqual(hosts[0]!.counts, counts({ failed: 2 }));
  });

  it('is read by a reader of JUnit as it was meant', async () => {
    const read = (await parse(junitOf(failedStory())!.join('\n'))) as TestSuites;
    const [suite] = read.testsuite!;
    assert.deepEqual([read.failures, suite!.name, suite!.testcase!.map(({ name }) => name)], [1, 'b', ['memory', 'disk', 'documents']]);
    assert.match(suite!.testcase![2]!.failure![0]!.inner!, /\n {2}rejected: \*{8}$/);
  });

  it('is not there for a run that did not end', () => assert.equal(junitOf(failedStory().slice(0, -1)), undefined));
});
