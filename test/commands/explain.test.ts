// switchyard explain: what it finds by which name, and how it tells it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { UsageError } from '../../src/base/errors.ts';
import { explain } from '../../src/commands/explain.ts';
import type { World } from '../../src/commands/world.ts';
import { topics } from '../../src/playbook/topics.ts';

async function told(what: string, { output = 'text', columns = 80 }: { output?: 'text' | 'json'; columns?: number } = {}): Promise<string> {
  let text = '';
  const world = { stdout: (more: string) => (text += more), screen: { columns, color: false } } as unknown as World;
  assert.equal(await explain(what === '' ? [] : what.split(' '), { output }, world), 0);
  return text;
}

const data = async (what: string) =>
  (JSON.parse(await told(what, { output: 'json' })) as { topics: { name: string; text: string }[] }).topics;

describe('switchyard explain', () => {
  it('tells of a module: what it is, its arguments, its outputs and steps as examples', async () => {
    assert.equal(
      await told('end_host'),
      `end_host  (module)

  Ends the playbook for this host: the steps and stages that are left are not
  run there, the host counts as ok, nothing is changed. Put the condition in
  \`when\`.

  kind      probe: looks only

arguments
  message  message  string, default "nothing more to do"

example
  - name: nothing to do on 0.16
    end_host:
      message: already at 0.16
`,
    );
  });

  it('tells of an argument: what it may be, and what each value means', async () => {
    assert.equal(
      await told('docker_compose.state'),
      `docker_compose.state: state  (argument)

  What the project is to be.

  type      "present" or "absent" (it must be given)

values
  present  every service runs as the configuration says
  absent   no container of the project is left

examples
  state: present

  state: absent
`,
    );
  });

  it('tells of a filter, with what its example comes to', async () => {
    assert.equal(
      await told('filter.join'),
      `filter.join: join  (filter)

  The items of a list, or that attribute of each, as one text with the separator
  between them.

  written   x | join(d='', attribute?)
  example   ['a', 'b'] | join(', ')
  is        "a, b"
`,
    );
  });

  it('tells of a rule and of an exit code', async () => {
    assert.match(await told('duplicate-key'), /^duplicate-key: a key given twice {2}\(rule\)\n\n.*\n\n {2}severity {2}error\n$/);
    assert.match(await told('exit 4'), /^exit\.4: refused: no host was changed in this run {2}\(exit code\)\n/);
    assert.equal(await told('4'), await told('exit 4'));
  });

  for (const [what, name] of [
    ['retries', 'step.retries'],
    ['step.retries:', 'step.retries'],
    ['stages', 'playbook.stages'],
    ['server_release.release', 'server_release.outputs.release'],
    ['server_release.evidence.says', 'server_release.outputs.evidence[].says'],
    ['facts.memory.total_bytes', 'facts.memory.total_bytes'],
    ['total_bytes', 'server_release.outputs.disk.total_bytes facts.memory.total_bytes'],
    ['default', 'input.default filter.default'],
  ] as const) {
    it(`takes ${what} for ${name}`, async () => assert.equal((await data(what)).map((topic) => topic.name).join(' '), name));
  }

  it('lets the user choose where a name means several things', async () => {
    assert.equal(
      await told('default'),
      `2 are called so  (switchyard explain NAME)

  Give the whole name of the one that is meant.

names
  input.default   key     default
  filter.default  filter  default
`,
    );
  });

  for (const [what, says] of [
    ['docker_compos', 'nothing is known of docker_compos; did you mean docker_compose?'],
    ['step.retrys', 'nothing is known of step.retrys; did you mean step.retries?'],
    ['xyz', 'nothing is known of xyz; switchyard explain lists what there is'],
  ] as const) {
    it(`says of ${what}: ${says}`, async () => assert.rejects(told(what), new UsageError(says)));
  }

  it('without a name lists what there is, and goes no further than the terminal', async () => {
    const lines = (await told('', { columns: 60 })).split('\n');
    assert.ok(lines.includes('modules') && lines.includes('rules of validate') && lines.includes('exit codes'));
    assert.deepEqual(
      lines.filter((line) => line.length > 60),
      [],
    );
  });

  it('knows each by a name of its own, and can tell of every one', async () => {
    const all = topics();
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    for (const { name, text } of all) {
      assert.match(await told(name), /^\S/);
      assert.deepEqual(
        (await data(name)).map((topic) => [topic.name, topic.text]),
        [[name, text]],
      );
    }
  });
});
