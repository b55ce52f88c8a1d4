// A run as one JSON object, for programs that read it when it is over. `version` rises when a key changes its meaning or goes away.
import type { HostRecord, RunRecord } from './record.ts';

export function runJson({ started, ended, hosts, warnings }: RunRecord): string {
  const { run, playbook, file, check, plan, time } = started;
  const { exit, duration_ms } = ended;
  const head = { version: 1, run, playbook, file, check, plan, started: new Date(time).toISOString(), duration_ms, exit };
  return `${JSON.stringify({ ...head, hosts: hosts.map(hostOf), warnings }, undefined, 2)}\n`;
}

const hostOf = ({ result, tasks }: HostRecord) => ({ ...result, tasks: tasks.map(({ host: _host, ...task }) => task) });
