// Playbooks and inventories of any size, the same ones every time.

/** An inventory in which `hosts` hosts, each with an address and variables of its own, are spread over ten groups below `group`. */
export function inventoryOf(group: string, hosts: number): string {
  const groups = Array.from({ length: 10 }, (_, i) => ({ name: `${group}_${i}`, hosts: [] as string[] }));
  for (let i = 0; i < hosts; i++) {
    const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    groups[i % groups.length]!.hosts.push(
      `        host-${i}.example.org:\n          ansible_host: ${address}\n          backup_dir: /mnt/backup/${i}\n          es_heap: ${1 + (i % 4)}g\n`,
    );
  }
  const children = groups.filter((one) => one.hosts.length > 0).map((one) => `    ${one.name}:\n      hosts:\n${one.hosts.join('')}`);
  return `${group}:\n  vars:\n    ansible_user: deploy\n    ansible_become: true\n  children:\n${children.join('')}`;
}

/** A playbook of `steps` steps, five a stage: templates, conditions, registers, modules with many and with few arguments. */
export function playbookOf(group: string, steps: number): string {
  const stages = Array.from({ length: Math.ceil(steps / 5) }, (_, stage) => {
    const count = Math.min(5, steps - stage * 5);
    return `  - name: stage ${stage}\n    steps:\n${Array.from({ length: count }, (_, step) => stepOf(stage, step)).join('')}`;
  });
  return `apiVersion: switchyard/v1
name: a fleet
hosts: ${group}
serial: [1, "25%", "100%"]
project_dir: "{{ base_dir }}"
inputs:
  base_dir: { type: path, default: /opt/trains, description: where everything is }
  backup_dir: { type: path, description: where the backups go }
  es_heap: { type: string, default: 2g, pattern: "^[0-9]+[mg]$", description: heap }
vars:
  backups: "{{ backup_dir }}/{{ run.stamp }}"
stages:
${stages.join('')}`;
}

function stepOf(stage: number, step: number): string {
  const name = `look_${stage}`;
  const bodies = [
    `        command: { argv: [test, -d, "{{ base_dir }}/part-${stage}"], chdir: "{{ base_dir }}" }\n        register: ${name}\n`,
    `        when: facts.memory.total_bytes >= ${stage + 1} * GiB and ${name}.rc == 0\n        assert:\n          that: ["facts.docker.version != ''", es_heap != '${stage}g']\n          message: "{{ inventory_hostname }}: {{ (facts.memory.total_bytes / GiB) | round(1) }} GiB are not enough"\n`,
    `        archive: { path: ["{{ base_dir }}/part-${stage}"], dest: "{{ backups }}/part-${stage}.tgz" }\n        tags: [backup, "part-${stage}"]\n`,
    `        get_url: { url: "https://example.org/part-${stage}.yml", dest: "{{ base_dir }}/part-${stage}.yml", sha256: "${'0'.repeat(64)}" }\n`,
    `        uri: { url: "http://{{ inventory_hostname }}:8008/part-${stage}", method: POST, body: { part: ${stage}, backups: "{{ backups }}" } }\n        retries: 3\n        delay: 5\n`,
  ];
  return `      - name: step ${step}\n${bodies[step % bodies.length]}`;
}
