// lab/.run/inventory.yml: how the runner reaches the hosts, and what of its playbook inputs the lab lowers.
import { join } from 'node:path';
import { stringify } from 'yaml';
import { composeFile } from './compose.ts';
import { TASKS } from './documents.ts';
import { HOME, INSTALLATIONS, type Kind } from './kinds.ts';
import { sha256 } from './registry.ts';
import { HEAP, RUN_DIR } from './settings.ts';

export interface Reachable {
  readonly number: number;
  readonly port: number;
  readonly kind: Kind;
}

export function inventoryFile(hosts: readonly Reachable[]): string {
  const entries = hosts.map(({ number, port, kind }) => {
    const { directory } = INSTALLATIONS[kind];
    return [`lab-${number}`, { ansible_port: port, ...(directory === HOME ? {} : { trains_dir: directory }) }];
  });
  const groups = {
    trains: {
      vars: {
        ansible_host: '127.0.0.1',
        ansible_user: 'root',
        ansible_ssh_private_key_file: join(RUN_DIR, 'id_ed25519'),
        ansible_ssh_common_args: `-o UserKnownHostsFile=${join(RUN_DIR, 'known_hosts')}`,
        compose_sha256: sha256(composeFile('0.16')),
        es_heap: HEAP,
        free_disk_share: 0.02,
        sample_task: TASKS[0],
      },
      hosts: Object.fromEntries(entries),
    },
  };
  return `# Written by "npm run lab -- up" and taken away by "npm run lab -- down".
# compose_sha256: hosts of the lab fetch the lab's own file of 0.16.1, not the one the playbook's sum is of.
# sample_task: a task of the seed, whose log, scalars and plots have to be the same before and after.
# trains_dir: on hosts where the server is not in /opt/trains.
# es_heap, free_disk_share: lowered, as the hosts share one small machine and its disk.
${stringify(groups, { lineWidth: 0 })}`;
}

/** Lines for known_hosts; a port other than 22 makes the name "[host]:port". */
export function knownHostLines(port: number, publicKeys: string): string[] {
  const keys = publicKeys.split('\n').map((line) => line.trim().split(' ').slice(0, 2));
  return keys.filter((key) => key.length === 2).map((key) => `[127.0.0.1]:${port} ${key.join(' ')}`);
}
