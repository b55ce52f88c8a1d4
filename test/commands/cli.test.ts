// The command line as a process: what it prints where, and its exit code.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';

const cli = resolve(import.meta.dirname, '../../src/cli.ts');
const directory = mkdtempSync(join(tmpdir(), 'switchyard-cli-'));
const file = (name: string, text: string) => {
  writeFileSync(join(directory, name), text);
  return name;
};
const run = (...args: string[]) =>
  spawnSync(process.execPath, [cli, ...args], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, HOME: directory, XDG_STATE_HOME: join(directory, 'state'), NO_COLOR: '1' },
    timeout: 30_000,
  });

const playbook = (steps: string, head = '') =>
  `apiVersion: switchyard/v1\nname: try\nhosts: localhost\n${head}stages:\n  - name: one\n    steps:\n${steps.replace(/^/gm, '      ')}\n`;
const good = file('good.yml', playbook(`- { name: make, command: { argv: [touch, made], chdir: ${directory}, creates: made } }`));
const bad = file('bad.yml', playbook('- { name: make, comand: { argv: [ls] } }'));

describe('switchyard', () => {
  it('validate: says that a playbook is valid, and what it did not check', () => {
    const { status, stdout } = run('validate', good);
    assert.deepEqual([status, stdout], [0, 'good.yml: valid; groups and hosts were not checked: no inventory was given (-i)\n']);
  });

  it('validate: shows each fault with its place, its line and a caret; exit 3', () => {
    const { status, stdout } = run('validate', bad, good);
    assert.equal(status, 3);
    assert.match(
      stdout,
      /^bad\.yml:7:23: error: stages\/0\/steps\/0\/comand: unknown module comand; did you mean command\? \[step-unknown-module\]\n.*comand.*\n.*\^\^\^\^\^\^\n/,
    );
  });

  it('validate: as JSON, for programs', () => {
    const { status, stdout } = run('validate', bad, '--output', 'json');
    assert.equal(status, 3);
    const { version, problems } = JSON.parse(stdout) as { version: number; problems: { rule: string; line?: number }[] };
    assert.deepEqual([version, problems.map(({ rule }) => rule)], [1, ['step-unknown-module']]);
  });

  it('validate: is read to its end by whoever reads slowly', () => {
    const many = file(
      'many.yml',
      playbook(Array.from({ length: 500 }, (_, i) => `- { name: step ${i}, comand: { argv: [ls] } }`).join('\n')),
    );
    const slowly = `'${process.execPath}' '${cli}' validate ${many} --output json | (sleep 1; cat)`;
    const { stdout } = spawnSync('sh', ['-c', slowly], { cwd: directory, encoding: 'utf8' });
    assert.equal((JSON.parse(stdout) as { errors: number }).errors, 500);
  });

  it('plan: says what would change, and changes nothing; exit 10 if asked for', () => {
    const { status, stdout } = run('plan', good);
    assert.equal(status, 0);
    assert.match(stdout, /localhost {2}one\/make {2}would change {2}run "touch made"/);
    assert.equal(run('plan', good, '--detailed-exitcode').status, 10);
    assert.ok(!readdirSync(directory).includes('made'));
    assert.ok(!readdirSync(directory).includes('state'), 'a plan leaves no journal');
  });

  it('run: does it, keeps a journal, and has nothing to do the second time', () => {
    assert.match(run('run', good).stdout, /1 changed/);
    const [id] = readdirSync(join(directory, 'state/switchyard/runs'));
    const kinds = readFileSync(join(directory, 'state/switchyard/runs', id!, 'journal.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event.kind as string);
    assert.deepEqual([kinds[0], kinds.at(-1), kinds.includes('task_applying')], ['run_started', 'run_ended', true]);
    const again = run('run', good, '--output', 'json');
    const end = again.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .at(-1);
    assert.deepEqual([again.status, end.kind, end.hosts[0].counts.changed], [0, 'run_ended', 0]);
  });

  it('run: stops the host at the first failure; exit 4 before any change, 5 after one', () => {
    const refused = file(
      'refused.yml',
      playbook(
        '- { name: no, assert: { that: "1 > 2", message: too small, next: make it larger } }\n- { name: never, command: { argv: [touch, never] } }',
      ),
    );
    const first = run('run', refused);
    assert.equal(first.status, 4);
    assert.match(first.stdout, /too small \(1 > 2 is false\)\n {2}next: make it larger/);
    const failed = file(
      'failed.yml',
      playbook(
        '- { name: yes, command: { argv: ["true"] } }\n- { name: no, command: { argv: ["false"] } }\n- { name: never, command: { argv: [touch, never] } }',
      ),
    );
    assert.equal(run('run', failed).status, 5);
    assert.ok(!readdirSync(directory).includes('never'));
  });

  it('run: never shows a sensitive input, wherever it goes', () => {
    const head = 'inputs: { key: { type: string, sensitive: true, description: d } }\n';
    const leaky = file('leaky.yml', playbook('- { name: leak, command: { cmd: "cat; exit 3", stdin: "{{ key }}" } }', head));
    for (const output of ['lines', 'json']) {
      const { stdout, stderr, status } = run('run', leaky, '-e', 'key=correct-horse', '--output', output);
      assert.equal(status, 5);
      assert.ok(!(stdout + stderr).includes('correct-horse'), output);
    }
    for (const id of readdirSync(join(directory, 'state/switchyard/runs')))
      assert.ok(!readFileSync(join(directory, 'state/switchyard/runs', id, 'journal.jsonl'), 'utf8').includes('correct-horse'));
  });

  it('run: warns of what an inventory asks for and is not done, and refuses what must not be done, before any host', () => {
    const inventory = (args: string) =>
      file('hosts.yml', `g: { hosts: { localhost: { ansible_connection: local, ansible_ssh_common_args: "${args}" } } }\n`);
    const warned = run('run', good, '-i', inventory('-o ProxyJump=bastion'));
    assert.deepEqual(
      [warned.status, warned.stderr],
      [0, 'warning: localhost: ssh argument -o ProxyJump=bastion is not understood and passed over\n'],
    );
    const refused = run('run', good, '-i', inventory('-o StrictHostKeyChecking=no'));
    assert.deepEqual([refused.status, refused.stdout], [2, '']);
    assert.match(refused.stderr, /host keys are always checked/);
  });

  it('run: says what is wrong with the command line, and with inputs; exit 2', () => {
    for (const [args, says] of [
      [['run'], /missing required argument 'playbook'/],
      [['run', good, '--oops'], /unknown option '--oops'/],
      [['run', 'none.yml'], /there is no file none\.yml/],
      [['run', good, '-e', 'x=1'], /-e x: the playbook has no such input/],
      [['run', good, '-f', '0'], /whole number from 1/],
      [['run', good, '--max-age', '60'], /a number and a unit: 90s, 30m, 12h or 7d/],
      [['run', good, '-v', '-q'], /^-v shows more and -q less: give one of them$/m],
      [['plan', good, '-v', '--output', 'json'], /^-v and -q are for people: --output json tells all$/m],
      [['plan', good, '-q', '--output', 'tree'], /^-q shows no tree: give --output lines, or leave it out$/m],
      [['run', good, '--report', 'xml=f'], /it must be json=FILE or junit=FILE/],
      [['unlock', 'h', 'r', '-e', 'x=1'], /unknown option '-e'/],
      [['validate', good, '-u', 'me'], /unknown option '-u'/],
      [['dance'], /unknown command 'dance'/],
    ] as const) {
      const { status, stderr } = run(...args);
      assert.equal(status, 2, args.join(' '));
      assert.match(stderr, says);
    }
  });

  it('run: asks nobody where there is no terminal; what has no default is missing, exit 2', () => {
    const inputs =
      'inputs: { a: { type: string, default: x, description: d, prompt: A }, b: { type: string, description: e, prompt: B } }\n';
    const asking = file('asking.yml', playbook("- { name: see, assert: { that: \"a == 'x' and b == 'y'\", message: m } }", inputs));
    const { status, stdout, stderr } = run('run', asking);
    assert.deepEqual([status, stdout, stderr], [2, '', 'the input b is missing (e); give it with -e b=…\n']);
    assert.equal(run('run', asking, '-e', 'b=y').status, 0);
  });

  it('run: leaves a host alone that another run holds; exit 7, until unlock is told the name of that run', () => {
    mkdirSync(join(directory, '.switchyard'), { recursive: true });
    writeFileSync(
      join(directory, '.switchyard/lock'),
      JSON.stringify({ run: 'other-1', who: 'ops@console', since: '2026-01-01T00:00:00.000Z' }),
    );
    const held = run('run', good);
    assert.equal(held.status, 7);
    assert.match(held.stdout, /locked by run other-1 of ops@console.*\n {2}next: .*switchyard unlock localhost other-1/);
    assert.equal(run('unlock', 'localhost', 'wrong-2', '--project-dir', directory).status, 4);
    assert.equal(run('unlock', 'localhost', 'other-1', '--project-dir', directory).status, 0);
    assert.equal(run('run', good).status, 0);
  });

  it('route: tells the way, and refuses one that does not exist; exit 4', () => {
    const { status, stdout } = run('route', '--from', '0.15.1', '--to', '0.16.1', '--json');
    assert.equal(status, 0);
    assert.deepEqual(
      (JSON.parse(stdout) as { hops: { from: string; to: string }[] }).hops.map(({ from, to }) => `${from} ${to}`),
      ['0.15.1 0.16.1'],
    );
    const back = run('route', '--from', '0.16.1', '--to', '0.15.1');
    assert.deepEqual([back.status, back.stdout], [4, '']);
    assert.match(back.stderr, /0\.15\.1 is older than 0\.16\.1.*\n {2}next: /);
  });

  it('status: a row for every host, the unreachable one too; exit 6, and 0 without it', () => {
    const hosts = file(
      'standing.yml',
      `g: { vars: { base: ${directory} }, hosts: { here: { ansible_connection: local, trains_dir: "{{ base }}/none" }, away: { ansible_host: 127.0.0.1, ansible_port: 1 } } }\n`,
    );
    const all = run('status', '-i', hosts);
    assert.equal(all.status, 6, all.stderr);
    // whether Docker runs on this machine is nothing to this test
    assert.match(all.stdout, /^host .*\nhere .*(no server|could not look).*\naway .*unreachable/);
    assert.match(all.stdout, new RegExp(`here {2}(no server|could not look) {2}${directory}/none`));
    assert.match(all.stdout, /here:\n +switchyard status -i standing\.yml -l away/);
    const one = run('status', '-i', hosts, '-l', 'here', '-e', 'trains_dir=/nowhere', '--output', 'json');
    assert.equal(one.status, 0);
    const { version, hosts: told } = JSON.parse(one.stdout) as {
      version: number;
      hosts: { host: string; directory: string; state: string }[];
    };
    assert.deepEqual(
      [version, told.map((each) => [each.host, each.directory, each.state === 'untouched'])],
      [1, [['here', '/nowhere', false]]],
    );
  });

  it('status RUN: the hosts of that run, with its playbook in the command to type', () => {
    rmSync(join(directory, 'made'), { force: true });
    const before = new Set(readdirSync(join(directory, 'state/switchyard/runs')));
    run('run', good);
    const id = readdirSync(join(directory, 'state/switchyard/runs')).find((name) => !before.has(name))!;
    const { status, stdout } = run('status', id, '--project-dir', directory);
    assert.equal(status, 0);
    assert.match(
      stdout.replace(/\s+/g, ' '),
      new RegExp(`last run ${id}: its last change was one/make, done at .*; on this controller it ended ok lock`),
    );
    const unknown = run('status', '20200101_000000-ffff');
    assert.deepEqual([unknown.status, unknown.stdout], [2, '']);
    assert.match(unknown.stderr, /no journal of a run 20200101_000000-ffff/);
    const elsewhere = run('status', '-l', 'nobody');
    assert.equal(elsewhere.status, 2);
  });

  it('facts: what is read of a host, as JSON', () => {
    const { status, stdout } = run('facts');
    assert.equal(status, 0);
    const { localhost } = JSON.parse(stdout) as { localhost: { cpus: number; memory: { total_bytes: number } } };
    assert.ok(localhost.cpus >= 1 && localhost.memory.total_bytes > 2 ** 20);
  });

  it('does not load what reaches hosts in order to validate', () => {
    const probe = `import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) { if (/ssh2|dockerode|listr2|@elastic/.test(name)) process.exit(9); return next(name, context); } });`;
    const hook = `data:text/javascript,${encodeURIComponent(probe)}`;
    const { status } = spawnSync(process.execPath, ['--import', hook, cli, 'validate', good], { cwd: directory });
    assert.equal(status, 0);
  });
});
