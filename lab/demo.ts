// npm run demo: a fresh lab with one host, what is on it, the upgrade with its live tree, what is there afterwards. Exits non-zero if anything differs.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENTS = '20000';

interface Look {
  readonly release: string;
  readonly elasticsearch: string;
  /** documents by index, without Elasticsearch's own */
  readonly counts: ReadonlyMap<string, number>;
  readonly directories: readonly string[];
}

function command(program: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', input });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${status}: ${stderr}`);
  return stdout;
}

/** A shell script on the host; its standard output. */
const onHost = (script: string) => command(process.execPath, ['lab/cli.ts', 'ssh', 'lab-1', 'bash', '-s'], script);

function shown(program: string, args: readonly string[]): number {
  return spawnSync(program, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

function look(): Look {
  const answer = onHost(`
    curl -fsS http://127.0.0.1:8008/server.info; echo
    curl -fsS http://127.0.0.1:9200/; echo '#'
    for index in $(curl -fsS 'http://127.0.0.1:9200/_cat/indices?h=index' | grep -v '^[.]' | sort); do
      printf '%s ' "$index"; curl -fsS "http://127.0.0.1:9200/$index/_count" | sed 's/.*"count":\\([0-9]*\\).*/\\1/'; echo; done
    echo '#'; ls /opt/trains/data`);
  const [head = '', counts = '', directories = ''] = answer.split('#\n');
  const [info = '{}', ...elasticsearch] = head.split('\n');
  const { version, build } = (JSON.parse(info) as { data: { version: string; build: string } }).data;
  return {
    release: `${version}-${build}`,
    elasticsearch: (JSON.parse(elasticsearch.join('\n')) as { version: { number: string } }).version.number,
    counts: new Map(
      counts
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => [line.split(' ')[0]!, Number(line.split(' ')[1])]),
    ),
    directories: directories.trim().split('\n'),
  };
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const heading = (text: string) => say(`\n== ${text}`);

function describe({ release, elasticsearch, counts, directories }: Look): void {
  const sum = [...counts.values()].reduce((all, count) => all + count, 0);
  say(`Trains Server ${release} on Elasticsearch ${elasticsearch}, ${sum} documents in ${counts.size} indices`);
  say(`/opt/trains/data: ${directories.join('  ')}`);
}

/** Seconds from the first touch of the old server to the end of the stage that starts the new one, from the run's own journal. */
function downtime(): number {
  const home = process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state');
  const runs = join(home, 'switchyard', 'runs');
  const newest = command('ls', [runs]).trim().split('\n').sort().at(-1)!;
  const events = readFileSync(join(runs, newest, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).event);
  const begun = events.find(({ kind, stage }) => kind === 'task_applying' && stage === 'shut down');
  const ended = events.find(({ kind, stage }) => kind === 'stage_ended' && stage === 'up');
  return (ended.time - begun.time) / 1000;
}

/** What is not as it has to be, as sentences. */
function differences(before: Look, after: Look, log: string): string[] {
  const wrong: string[] = [];
  if (!after.release.startsWith('0.16.1')) wrong.push(`the release is ${after.release}, not 0.16.1`);
  if (after.elasticsearch !== '7.6.2') wrong.push(`Elasticsearch is ${after.elasticsearch}, not 7.6.2`);
  for (const [index, count] of before.counts) {
    if (after.counts.get(index) !== count) wrong.push(`${index}: ${count} documents before, ${after.counts.get(index) ?? 'none'} after`);
  }
  if (!after.directories.some((name) => name.startsWith('elastic_migrated_'))) wrong.push('no directory elastic_migrated_<time>');
  if (after.directories.includes('elastic')) wrong.push('the directory elastic is still there');
  if (!log.trim().endsWith('Upgrade completed.')) wrong.push('the log does not end with "Upgrade completed."');
  return wrong;
}

function demo(): number {
  const started = performance.now();
  heading('the lab: one host with its own sshd, its own Docker Engine and a Trains Server 0.15.1');
  if (shown(process.execPath, ['lab/cli.ts', 'up', '--fresh', '--hosts', '1', '--documents', DOCUMENTS]) !== 0) return 1;

  heading('what is there before');
  const before = look();
  describe(before);

  heading('the upgrade');
  const typed = ['run', 'playbooks/trains-0.16.yml', '-i', join('lab', '.run', 'inventory.yml'), '--no-input'];
  say(`$ npx switchyard ${typed.join(' ')}`);
  const exit = shown(process.execPath, ['dist/cli.js', ...typed]);
  if (exit !== 0) {
    say(`the upgrade ended with exit code ${exit}; look around: npm run lab -- ssh lab-1; tear down: npm run lab -- down`);
    return exit;
  }

  heading('what is there after');
  const after = look();
  describe(after);
  const log = onHost('tail -n 2 "$(ls -t /opt/trains/upgrade_to_7_*.log | head -n 1)"');
  say(`the last two lines of ${onHost('ls -t /opt/trains/upgrade_to_7_*.log | head -n 1').trim()}:\n${log.trimEnd().replace(/^/gm, '  ')}`);
  const width = Math.max(...[...before.counts.keys()].map((name) => name.length));
  say(`\n${'index'.padEnd(width)}  ${'before'.padStart(8)}  ${'after'.padStart(8)}`);
  for (const [index, count] of before.counts) {
    const now = after.counts.get(index) ?? 0;
    say(`${index.padEnd(width)}  ${String(count).padStart(8)}  ${String(now).padStart(8)}  ${count === now ? 'equal' : 'DIFFERENT'}`);
  }
  say(`\ndowntime of the server: ${downtime().toFixed(0)} s; the whole demo: ${((performance.now() - started) / 1000).toFixed(0)} s`);

  const wrong = differences(before, after, log);
  for (const sentence of wrong) say(`DIFFERENT: ${sentence}`);
  say('\nlook around:  npm run lab -- ssh lab-1      the web and API ports are 8080 and 8008 on that host');
  say('again:        npx switchyard run playbooks/trains-0.16.yml -i lab/.run/inventory.yml      changes nothing');
  say('tear down:    npm run lab -- down');
  return wrong.length === 0 ? 0 : 1;
}

process.exitCode = demo();
