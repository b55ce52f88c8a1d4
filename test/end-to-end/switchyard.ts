// The built command line as a child process, and a look at the lab's host that does not go through the runner.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunEvent, TaskResult } from '../../src/run/events.ts';

export const root = resolve(import.meta.dirname, '../..');
export const inventory = join(root, 'lab/.run/inventory.yml');
export const playbook = 'playbooks/trains-0.16.yml';

/** Where the journals of the tests go instead of the user's own. */
export const stateHome = mkdtempSync(join(tmpdir(), 'switchyard-test-'));

/** Runs dist/cli.js in the checkout; never throws for its exit code. */
export function switchyard(...args: string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, XDG_STATE_HOME: stateHome, NO_COLOR: '1' };
  return spawnSync(process.execPath, ['dist/cli.js', ...args], { cwd: root, encoding: 'utf8', env, maxBuffer: 1 << 28 });
}

/** The events of a run with `--output json`. */
export function eventsOf({ stdout }: SpawnSyncReturns<string>): RunEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as RunEvent);
}

export function resultsOf(run: SpawnSyncReturns<string>): TaskResult[] {
  return eventsOf(run).flatMap((event) => (event.kind === 'task_ended' ? [event.result] : []));
}

/** A shell script on a host of the lab by OpenSSH's own client; throws unless it ends with 0. */
export function onHost(script: string, host = 'lab-1'): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['lab/cli.ts', 'ssh', host, 'bash', '-s'], {
    cwd: root,
    encoding: 'utf8',
    input: script,
  });
  if (status !== 0) throw new Error(`on ${host}: exit ${status}: ${stderr}`);
  return stdout;
}

/**
 * All that a refusal must leave as it was: containers with the time they were started, images with their tags, volumes, networks, and every
 * file of the installation with size, time and mode. Apart from `.switchyard`, and from what the running servers write by themselves.
 */
export function stateOfHost(host = 'lab-1'): string {
  const script = `
    [ -S /run/docker.sock ] || export DOCKER_HOST=unix:///run/docker.sock.aside
    docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.Image}}' | sort | while read -r id rest; do
      echo "$rest $(docker inspect -f '{{.State.StartedAt}} {{.State.Running}} {{.HostConfig.RestartPolicy.Name}}' "$id")"; done
    docker images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}' | sort
    docker volume ls -q | sort
    docker network ls --no-trunc --format '{{.ID}} {{.Name}}' | sort
    find /opt /srv -name .switchyard -prune -o -path '*/trains/data/*/*' -prune -o -path '*/trains/logs/*' -prune -o \\
      \\( -type d -printf '%p %m %u\\n' -o -printf '%p %m %u %s %T@\\n' \\) | sort`;
  return onHost(script, host);
}

/** In a script: waits until the server answers, old or new, and its Elasticsearch is not red; ends with 1 where it does not. */
export const READY = `for i in $(seq 240); do
  curl -fs http://127.0.0.1:9200/_cluster/health | grep -qv '"red"' && curl -fso /dev/null http://127.0.0.1:8008/server.info && exit 0; sleep 0.5
done; exit 1`;

/** Documents by index as Elasticsearch on the host counts them, without its own indices. */
export function countsOnHost(host = 'lab-1'): Record<string, number> {
  const script = `
    curl -fsS -XPOST 'http://127.0.0.1:9200/_refresh' > /dev/null
    for index in $(curl -fsS 'http://127.0.0.1:9200/_cat/indices?h=index' | grep -v '^[.]' | sort); do
      printf '%s ' "$index"; curl -fsS "http://127.0.0.1:9200/$index/_count" | sed 's/.*"count":\\([0-9]*\\).*/\\1/'; echo; done`;
  const lines = onHost(script, host);
  return Object.fromEntries(
    lines
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => [line.split(' ')[0]!, Number(line.split(' ')[1])]),
  );
}
