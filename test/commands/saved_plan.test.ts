// A plan as a file: what plan -o saves, that run carries exactly that out, and that it refuses what does not hold any more.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { planText, readPlanText, type SavedPlan } from '../../src/plans/file.ts';
import { schemaFaults } from '../../src/playbook/schema.ts';
import { type Circumstances, type Told, typist } from '../support/typed.ts';

const INVENTORY = `
all:
  vars: { ansible_connection: local }
  children: { web: { hosts: { a: {}, b: {} } } }
`;

const PLAYBOOK = `
apiVersion: switchyard/v1
name: words in files
hosts: web
project_dir: "{{ base }}/{{ inventory_hostname }}"
inputs:
  base: { type: path, description: where the hosts are }
  word: { type: string, default: new, description: what is written }
  key: { type: string, default: "", sensitive: true, description: a secret }
  pin: { type: string, default: "", sensitive: true, prompt: The pin, description: another one }
stages:
  - name: look
    steps:
      - { name: fit, assert: { that: "word != 'bad'" }, tags: [always] }
  - name: write
    steps:
      - name: word
        command: { argv: [sh, -c, 'printf "%s" "$1" > "$2/word"; cat > "$2/key"', sh, "{{ word }}", "{{ base }}/{{ inventory_hostname }}"],
                   creates: "{{ base }}/{{ inventory_hostname }}/word", stdin: "{{ key }}{{ pin }}" }
        tags: [words]
      - { include: more.yml }
`;

const MORE = `
- { name: more, command: { argv: [touch, "{{ base }}/{{ inventory_hostname }}/more"], creates: "{{ base }}/{{ inventory_hostname }}/more" }, tags: [more] }
`;

describe('a saved plan', () => {
  let place: ReturnType<typeof typist>;
  const at = (...names: readonly string[]) => join(place.directory, ...names);
  const type = (words: readonly string[], circumstances?: Circumstances) => place.type(words, circumstances);
  const plan = (...more: readonly string[]) =>
    type(['plan', 'upgrade.yml', '-i', 'hosts.yml', '-e', '@vars.yml', '-o', 'plan.json', ...more]);
  const run = (...more: readonly string[]) => type(['run', 'plan.json', ...more]);
  const saved = () => readPlanText(readFileSync(at('plan.json'), 'utf8'), 'plan.json');
  const written = () => ['a', 'b'].flatMap((host) => readdirSync(at(host)).filter((name) => !name.startsWith('.')));

  /** What a refusal before any host says: its lines without the first one, which is asserted. */
  function refusal({ exit, stdout, stderr }: Told): readonly string[] {
    const [first, ...lines] = stderr.trimEnd().split('\n');
    assert.deepEqual([exit, stdout, first], [4, '', 'plan.json does not hold any more; no host was changed']);
    assert.deepEqual(written(), []);
    return lines;
  }
  const AGAIN = '  next: make a new plan: switchyard plan upgrade.yml -i hosts.yml -e @vars.yml -o plan.json';

  beforeEach(() => {
    place = typist();
    place.file('hosts.yml', INVENTORY);
    place.file('upgrade.yml', PLAYBOOK);
    place.file('more.yml', MORE);
    place.file('group_vars/web.yml', 'other: 1\n');
    place.file('vars.yml', `base: ${place.directory}\n`);
    for (const host of ['a', 'b']) mkdirSync(at(host));
  });

  it('is written beside what plan shows anyway, for nobody else to read, and fits its schema', async () => {
    const { exit, stdout, stderr } = await plan('--output', 'json');
    assert.deepEqual([exit, stderr], [0, 'the plan is saved; to carry out exactly this: switchyard run plan.json\n']);
    const kinds = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind as string);
    assert.deepEqual([kinds[0], kinds.at(-1)], ['run_started', 'run_ended']);
    assert.equal(statSync(at('plan.json')).mode & 0o777, 0o600);
    assert.deepEqual(
      readdirSync(place.directory).filter((name) => name.startsWith('plan.json')),
      ['plan.json'],
    );
    assert.deepEqual(schemaFaults('plan.json', JSON.parse(readFileSync(at('plan.json'), 'utf8'))), []);
  });

  it('says of what it was made, and what each host was seen to be', async () => {
    await plan('-l', 'a');
    const { made, files, options, batches, hosts } = saved();
    assert.deepEqual([made.by, made.runner, made.directory], ['me@here', '0.1.0', place.directory]);
    assert.deepEqual(files.map(({ path }) => path).sort(), ['group_vars/web.yml', 'hosts.yml', 'more.yml', 'upgrade.yml', 'vars.yml']);
    assert.deepEqual([options.limit, options.extra_vars, batches], ['a', ['@vars.yml'], [['a']]]);
    const [{ host, status, inputs, sealed, tasks }] = hosts as [SavedPlan['hosts'][number]];
    assert.deepEqual([host, status, inputs, Object.keys(sealed)], ['a', 'ok', { base: place.directory, word: 'new' }, ['key', 'pin']]);
    assert.deepEqual(
      tasks.map(({ task, status: how, summary }) => [task, how, summary]),
      [
        ['look/fit', 'ok', 'the condition holds'],
        ['write/word', 'changed', `run "sh -c "printf \\"%s\\" \\"$1\\" > \\"$2/word\\"; cat > \\"$2/key\\"" sh new ${at('a')}"`],
        ['write/more', 'at_run_time', 'depends on what an earlier step changes'],
      ],
    );
  });

  it('is carried out as it was made, and does not hold a second time', async () => {
    await plan();
    const { exit, stdout } = await run();
    assert.deepEqual([exit, written()], [0, ['key', 'more', 'word', 'key', 'more', 'word']], stdout);
    const again = await run();
    assert.equal(again.exit, 4);
    assert.match(
      again.stdout,
      /a {2}refused {2}is not as the plan saw it\n {2}differs: write\/word: then would change \(run "sh -c .*\), now ok \(.*word is there\)\n/,
    );
    assert.match(again.stdout, new RegExp(`state: nothing was changed on a\\n${AGAIN}\\n`));
  });

  it('keeps limit, tags and inputs', async () => {
    await plan('-l', 'b', '-t', 'words', '-e', 'word=kept');
    assert.equal((await run()).exit, 0);
    assert.deepEqual([readdirSync(at('a')), readFileSync(at('b', 'word'), 'utf8'), existsSync(at('b', 'more'))], [[], 'kept', false]);
  });

  it('keeps the step to start at', async () => {
    await plan('--start-at-task', 'more', '--skip-tags', 'always');
    assert.equal((await run()).exit, 0);
    assert.deepEqual(written(), ['more', 'more']);
  });

  it('can be looked at again in check mode', async () => {
    await plan();
    const same = await run('--check');
    assert.deepEqual([same.exit, written()], [0, []]);
    assert.match(same.stdout, /a {2}write\/word {2}would change /);
    writeFileSync(at('b', 'word'), '');
    const other = await run('-C');
    assert.equal(other.exit, 4);
    assert.match(
      other.stdout,
      /b {2}refused {2}1 would change, 2 ok; is not as the plan saw it\n {2}differs: write\/word: then would change \(.*\), now ok \(.*\)\n/,
    );
  });

  it('changes no host where one is another than it was', async () => {
    await plan();
    writeFileSync(at('b', 'word'), '');
    const { exit, stdout } = await run();
    assert.deepEqual([exit, written()], [4, ['word']]);
    assert.match(stdout, /^a +0 .* not run$/m);
  });

  const changes: readonly (readonly [string, () => unknown, readonly string[]])[] = [
    ['its playbook has changed', () => place.file('upgrade.yml', `${PLAYBOOK}\n`), ['upgrade.yml has changed']],
    ['its playbook is none any more', () => place.file('upgrade.yml', 'a: ['), ['upgrade.yml has changed']],
    ['an included file has changed', () => place.file('more.yml', MORE.replace('touch', 'rm')), ['more.yml has changed']],
    ['a file of -e has changed', () => place.file('vars.yml', 'base: /other\n'), ['vars.yml has changed']],
    [
      'its inventory and the group_vars have changed',
      () => [place.file('hosts.yml', '{}'), place.file('group_vars/web.yml', 'word: x\n')],
      ['hosts.yml has changed', 'group_vars/web.yml has changed'],
    ],
    ['a file is gone', () => rmSync(at('group_vars/web.yml')), ['group_vars/web.yml is not there any more']],
    [
      'there are host_vars now',
      () => place.file('host_vars/a.yml', 'word: x\n'),
      ['host_vars/a.yml is new', 'the input word of a: then "new", now "x"'],
    ],
    ['there are broken host_vars now', () => place.file('host_vars/a.yml', 'word: ['), ['host_vars/a.yml is new']],
  ];
  for (const [what, change, says] of changes) {
    it(`does not hold where ${what}`, async () => {
      await plan();
      change();
      assert.deepEqual(refusal(await run()), [...says.map((one) => `  differs: ${one}`), AGAIN]);
    });
  }

  it('does not hold for another version of the runner', async () => {
    await plan();
    const other = await type(['run', 'plan.json'], { version: '0.2.0' });
    assert.deepEqual(refusal(other), ['  differs: the plan was made by the runner 0.1.0, this is 0.2.0', AGAIN]);
  });

  it('does not hold for longer than --max-age', async () => {
    await plan();
    const later = { now: () => Date.parse(saved().made.at) + 3_600_001 };
    assert.deepEqual(refusal(await type(['run', 'plan.json', '--max-age', '60m'], later)), [
      '  differs: the plan was made 3600 s ago; --max-age allows 3600 s',
      AGAIN,
    ]);
    assert.equal((await type(['run', 'plan.json', '-C', '--max-age', '2h'], later)).exit, 0);
  });

  describe('of an inventory that a program prints', () => {
    const listing = (hosts: readonly string[], vars: object = {}) =>
      JSON.stringify({
        web: { hosts },
        _meta: { hostvars: Object.fromEntries(hosts.map((host) => [host, { ansible_connection: 'local', ...vars }])) },
      });
    const planned = async () => {
      place.file('hosts.sh', '#!/bin/sh\ncat "$(dirname "$0")/listing"\n');
      chmodSync(at('hosts.sh'), 0o755);
      place.file('listing', listing(['a', 'b']));
      const { exit, stderr } = await type(['plan', 'upgrade.yml', '-i', 'hosts.sh', '-e', '@vars.yml', '-o', 'plan.json']);
      assert.equal(exit, 0, stderr);
    };
    const again = AGAIN.replace('hosts.yml', 'hosts.sh');

    it('holds while it prints the same', async () => {
      await planned();
      assert.equal((await run()).exit, 0);
    });

    it('does not hold where it prints other hosts, or other values of inputs', async () => {
      await planned();
      place.file('listing', listing(['a']));
      assert.deepEqual(refusal(await run()), ['  differs: hosts: then a, b, now a', again]);
      place.file('listing', listing(['a', 'b'], { word: 'x' }));
      assert.deepEqual(refusal(await run()), [
        '  differs: the input word of a: then "new", now "x"',
        '  differs: the input word of b: then "new", now "x"',
        again,
      ]);
    });

    it('does not hold where the program has changed', async () => {
      await planned();
      place.file('hosts.sh', '#!/bin/sh\nexec cat "$(dirname "$0")/listing"\n');
      assert.deepEqual(refusal(await run()), ['  differs: hosts.sh has changed', again]);
    });
  });

  it('keeps a limit that is in a file, and does not hold for another text of it', async () => {
    place.file('some.txt', 'a\n');
    await plan('-l', '@some.txt');
    assert.equal((await run('-C')).exit, 0);
    place.file('some.txt', 'b\n');
    assert.deepEqual(refusal(await run()), ['  differs: some.txt has changed', AGAIN.replace(' -e', ' -l @some.txt -e')]);
  });

  it('does not hold for other hosts, or for other batches', async () => {
    await plan();
    const one = saved();
    writeFileSync(at('plan.json'), planText({ ...one, batches: [['a'], ['b', 'c']] }));
    assert.deepEqual(refusal(await run()), ['  differs: hosts: then a | b, c, now a, b', AGAIN]);
  });

  describe('that is not what was saved', () => {
    const text = () => readFileSync(at('plan.json'), 'utf8');
    const spoilt: readonly (readonly [string, () => string, string])[] = [
      [
        'was edited',
        () => text().replace('"word": "new"', '"word": "old"'),
        'plan.json was changed after it was made: its digest does not fit',
      ],
      [
        'has lost a host',
        () => JSON.stringify({ ...JSON.parse(text()), hosts: [] }),
        'plan.json was changed after it was made: its digest does not fit',
      ],
      [
        'has lost its digest',
        () => text().replace(/ {2}"digest".*\n/, ''),
        'plan.json was changed after it was made: its digest does not fit',
      ],
      [
        'is of another format',
        () => text().replace('"version": 1', '"version": 2'),
        'plan.json is a plan of format 2; this runner knows 1',
      ],
      [
        'was written by somebody else',
        () => planText({ ...saved(), salt: 1 as never, hosts: [{ host: 'a' } as never] }),
        'plan.json is not what this runner saves: salt: must be a text, not 1; hosts/0: status is missing; hosts/0: inputs is missing; ' +
          'hosts/0: sealed is missing; hosts/0: state is missing; hosts/0: facts is missing; hosts/0: tasks is missing',
      ],
    ];
    for (const [what, spoil, says] of spoilt) {
      it(`is refused: it ${what}`, async () => {
        await plan();
        writeFileSync(at('plan.json'), spoil());
        const { exit, stdout, stderr } = await run();
        assert.deepEqual([exit, stdout, stderr], [4, '', `${says}\n  next: make a new plan with switchyard plan PLAYBOOK -o FILE\n`]);
      });
    }

    it('is refused: it was cut off', async () => {
      await plan();
      writeFileSync(at('plan.json'), text().slice(0, 1000));
      const { exit, stderr } = await run();
      assert.equal(exit, 4);
      assert.match(stderr, /^plan\.json is not whole: .*\n {2}next: /);
    });

    it('holds with other white space', async () => {
      await plan();
      writeFileSync(at('plan.json'), JSON.stringify(JSON.parse(text())));
      assert.equal((await run('-C')).exit, 0);
    });
  });

  describe('with secrets', () => {
    const SECRET = 'correct-horse-battery';

    it('has none of them in it; they are given again, and have to be the same', async () => {
      await plan('-e', `key=${SECRET}`);
      assert.ok(!readFileSync(at('plan.json'), 'utf8').includes(SECRET));
      assert.deepEqual(saved().options.extra_vars, ['@vars.yml', 'key']);
      const missing = await run();
      assert.deepEqual(
        [missing.exit, missing.stderr],
        [2, 'key is sensitive, so the plan does not hold it; give it again with -e key=…\n'],
      );
      const wrong = refusal(await run('-e', 'key=wrong-horse-battery'));
      assert.deepEqual(wrong[0], '  differs: the input key is not what it was when the plan was made');
      assert.equal(wrong[1], AGAIN.replace('-o', '-e key=VALUE -o'));
      assert.equal((await run('-e', `key=${SECRET}`)).exit, 0);
      assert.equal(readFileSync(at('a', 'key'), 'utf8'), SECRET);
    });

    it('asks for them, and for nothing else', async () => {
      const asked: string[] = [];
      const answer = (answers: Readonly<Record<string, string>>) => ({
        ask: async (question: string, { hidden }: { hidden: boolean }) => {
          asked.push(`${question}${hidden ? ' hidden' : ''}`);
          return answers[question.slice(0, 3)];
        },
      });
      await type(
        ['plan', 'upgrade.yml', '-i', 'hosts.yml', '-e', '@vars.yml', '-e', `key=${SECRET}`, '-o', 'plan.json'],
        answer({ The: '4711-4712' }),
      );
      assert.ok(!readFileSync(at('plan.json'), 'utf8').includes('4711'));
      asked.length = 0;
      const { exit } = await type(['run', 'plan.json'], answer({ The: '4711-4712', key: SECRET }));
      assert.deepEqual(
        [exit, asked],
        [0, ['key, as it was given when the plan was made:  hidden', 'The pin (for a, b; Enter for none):  hidden']],
      );
      assert.equal(readFileSync(at('a', 'key'), 'utf8'), `${SECRET}4711-4712`);
    });

    it('takes an answer from -e, and asks nobody with --no-input', async () => {
      const ask = async () => '4711-4712';
      await type(['plan', 'upgrade.yml', '-i', 'hosts.yml', '-e', '@vars.yml', '-o', 'plan.json'], { ask });
      assert.equal((await type(['run', 'plan.json', '--no-input'], { ask })).exit, 2);
      assert.equal((await run('-e', 'pin=4711-4712')).exit, 0);
      assert.equal(readFileSync(at('a', 'key'), 'utf8'), '4711-4712');
    });

    it('is not saved where a secret stands in another option, too', async () => {
      const { exit, stderr } = await plan('-e', `key=${SECRET}`, '-e', `word=${SECRET}`);
      assert.deepEqual([exit, existsSync(at('plan.json'))], [2, false]);
      assert.match(stderr, /stands in another option or input, too/);
    });
  });

  it('is not asked about twice: an answer is part of it, and so is a question left to its default', async () => {
    place.file('upgrade.yml', PLAYBOOK.replace('default: new,', 'default: new, prompt: The word,'));
    const asking = (word: string) => ({ ask: async (question: string) => (question.startsWith('The word') ? word : '') });
    await type(['plan', 'upgrade.yml', '-i', 'hosts.yml', '-e', '@vars.yml', '-o', 'plan.json'], asking('answered'));
    const never = { ask: async () => assert.fail('somebody was asked') };
    assert.equal((await type(['run', 'plan.json'], never)).exit, 0);
    assert.equal(readFileSync(at('a', 'word'), 'utf8'), 'answered');
  });

  it('is approved by whoever runs it: no stage of it asks', async () => {
    place.file('upgrade.yml', PLAYBOOK.replace('  - name: write\n', '  - name: write\n    confirm: Write now?\n'));
    await plan();
    const never = { ask: async () => assert.fail('somebody was asked') };
    const { exit, stdout } = await type(['run', 'plan.json'], never);
    assert.equal(exit, 0, stdout);
    assert.match(stdout, /^\S+ write {2}approved with the saved plan$/m);
  });

  const decided: readonly (readonly [readonly string[], string])[] = [
    [['-i', 'hosts.yml', '-l', 'a'], '-i, -l: plan.json has decided that; for anything else make another plan\n'],
    [
      ['-t', 'words', '--skip-tags', 'more', '--start-at-task', 'more', '--step', '-u', 'me', '-b'],
      '-t, --skip-tags, --start-at-task, --step, -u, -b: plan.json has decided that; for anything else make another plan\n',
    ],
    [['-e', 'word=x'], '-e word: the plan has its inputs; it has no sensitive ones\n'],
    [['-e', '@vars.yml'], '-e @vars.yml: the plan has its inputs; it has no sensitive ones\n'],
  ];
  for (const [words, says] of decided) {
    it(`takes no ${words.join(' ')}`, async () => {
      await plan();
      const { exit, stderr } = await run(...words);
      assert.deepEqual([exit, stderr], [2, says]);
    });
  }

  it('is not written where a host did not come through; one that is there stays', async () => {
    await plan();
    const before = readFileSync(at('plan.json'), 'utf8');
    const { exit, stderr } = await plan('-e', 'word=bad');
    assert.deepEqual([exit, stderr], [4, 'plan.json was not written: not every host came through\n']);
    assert.equal(readFileSync(at('plan.json'), 'utf8'), before);
  });

  it('is refused a place before any host is looked at', async () => {
    const { exit, stdout, stderr } = await plan('-o', 'nowhere/plan.json');
    assert.deepEqual([exit, stdout, stderr], [2, '', `cannot write ${at('nowhere/plan.json')}: there is no directory ${at('nowhere')}\n`]);
    assert.equal((await plan('-o', 'group_vars')).stderr, `cannot write ${at('group_vars')}: it is there, and is no file\n`);
  });

  it('is no playbook: plan says how to look at its hosts again', async () => {
    await plan();
    const { exit, stderr } = await type(['plan', 'plan.json']);
    assert.deepEqual([exit, stderr], [2, 'plan.json is a saved plan: switchyard run plan.json --check looks at its hosts again\n']);
  });

  it('is named in the journal of the run', async () => {
    await plan();
    await run();
    const [id] = readdirSync(at('state/switchyard/runs'));
    const [first = ''] = readFileSync(at('state/switchyard/runs', id!, 'journal.jsonl'), 'utf8').split('\n');
    const { event } = JSON.parse(first) as { event: { kind: string; plan: string; file: string } };
    assert.deepEqual([event.kind, event.plan, event.file], ['run_started', saved().made.id, 'upgrade.yml']);
  });
});
