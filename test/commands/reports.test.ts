// --report kind=file of plan and run: written beside what is shown, whatever came out, on real local hosts.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { playbookOf } from '../support/command_line.ts';
import { typist } from '../support/typed.ts';

describe('reports on a run', () => {
  const { directory, file, type } = typist();
  const at = (name: string) => join(directory, name);
  const head = 'inputs: { key: { type: string, sensitive: true, default: "", description: d } }\n';
  const steps =
    '- { name: say, command: { cmd: "cat; echo $0", stdin: "{{ key }}" } }\n- { name: no, command: { cmd: "echo why >&2; exit 3" } }';
  file('play.yml', playbookOf(steps, { head }));

  it('are written where the run fails, too, and have no secret in them', async () => {
    const { exit, stdout } = await type([
      ...['run', 'play.yml', '-e', 'key=correct-horse', '--report', 'json=run.json', '--report', 'junit=run.xml'],
    ]);
    assert.equal(exit, 5);
    assert.match(stdout, /exit 5: a host did not come through\n$/);
    const [json, xml] = [readFileSync(at('run.json'), 'utf8'), readFileSync(at('run.xml'), 'utf8')];
    const { hosts, exit: told } = JSON.parse(json);
    assert.deepEqual([told, hosts[0].tasks.map(({ status }: { status: string }) => status)], [5, ['changed', 'failed']]);
    assert.match(xml, /<testsuite name="localhost" tests="2" failures="1" errors="0" skipped="0" /);
    for (const text of [json, xml]) assert.ok(!text.includes('correct-horse'));
  });

  it('are written of a plan, with its name where it is saved', async () => {
    await type(['plan', 'play.yml', '-o', 'plan.json', '--report', 'json=plan-report.json']);
    assert.equal(JSON.parse(readFileSync(at('plan-report.json'), 'utf8')).check, true);
    await type(['run', 'plan.json', '--report', 'json=run.json']);
    const { plan, check } = JSON.parse(readFileSync(at('run.json'), 'utf8'));
    assert.deepEqual([plan, check], [JSON.parse(readFileSync(at('plan.json'), 'utf8')).made.id, false]);
  });

  it('are refused a place before anything is begun', async () => {
    const { exit, stdout, stderr } = await type(['run', 'play.yml', '--report', 'junit=play.yml/run.xml']);
    assert.deepEqual([exit, stdout], [2, '']);
    assert.match(stderr, /^cannot write .*\/play\.yml\/run\.xml: (ENOTDIR|EEXIST): /m);
  });

  it('have their directory made, and are warned of where it is gone later; the exit code is that of the run', async () => {
    file('later.yml', playbookOf(`- { name: gone, command: { cmd: "rmdir later && touch later", chdir: ${directory} } }`));
    const { exit, stderr } = await type(['run', 'later.yml', '--report', 'junit=later/run.xml']);
    assert.equal(exit, 0);
    assert.match(stderr, /^warning: cannot write .*\/later\/run\.xml: /);
    assert.ok(existsSync(at('later')));
  });
});
