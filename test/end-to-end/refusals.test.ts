// Bad input, bad hosts: each a clear error, its exit code, what to type next, and the host exactly as it was.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { inventory, onHost, playbook, root, stateOfHost, switchyard } from './switchyard.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchyard-refusals-'));
const file = (name: string, text: string) => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};
const changedInventory = (name: string, change: (text: string) => string) => file(name, change(readFileSync(inventory, 'utf8')));

/** One thing that is wrong. `prepare` makes it so on the host, `undo` takes it back; `exit` is 4 where it does not say otherwise. */
interface Case {
  readonly prepare?: string;
  readonly undo?: string;
  readonly args?: readonly string[];
  /** logs in as this user of the host */
  readonly user?: string;
  readonly exit?: number;
  readonly says: readonly RegExp[];
}

/** A project of its own on the host, which was never started: what a compose file and directories alone tell. */
function installation(name: string, given: { release: string; elastic?: string; mongo?: readonly string[]; more?: string }): string {
  const {
    release,
    elastic = '5.6.16',
    mongo = [`/opt/${name}/data/mongo/db:/data/db`, `/opt/${name}/data/mongo/configdb:/data/configdb`],
  } = given;
  const era = elastic.startsWith('5') ? 'elastic' : 'elastic_7';
  const image = Number(release.split('.')[0]) > 0 || release.startsWith('0.17') ? 'allegroai/clearml' : 'allegroai/trains';
  return `mkdir -p /opt/${name}/{logs,config,data/elastic/nodes/0,data/mongo/db,data/mongo/configdb,data/redis} && chown -R 1000:1000 /opt/${name}/data/elastic &&
${given.more ?? 'true'} && cat > /opt/${name}/docker-compose.yml <<'YAML'
version: "3.6"
services:
  apiserver:
    command: [apiserver]
    container_name: trains-apiserver
    image: ${image}:${release}
    ports: ["8008:8008"]
    volumes: ["/opt/${name}/logs:/var/log/trains", "/opt/${name}/config:/opt/trains/config"]
  elasticsearch:
    container_name: trains-elastic
    image: docker.elastic.co/elasticsearch/elasticsearch:${elastic}
    volumes: ["/opt/${name}/data/${era}:/usr/share/elasticsearch/data"]
  mongo:
    container_name: trains-mongo
    image: mongo:3.6.5
    volumes: ${JSON.stringify(mongo)}
  redis:
    container_name: trains-redis
    image: redis:5.0
    volumes: ["/opt/${name}/data/redis:/data"]
${mongo.some((mount) => mount.startsWith('mongodata')) ? 'volumes: { mongodata: {} }' : ''}
YAML`;
}

const made = (name: string, given: Parameters<typeof installation>[1]): Pick<Case, 'prepare' | 'undo' | 'args'> => ({
  prepare: installation(name, given),
  undo: `rm -rf /opt/${name}`,
  args: ['-e', `trains_dir=/opt/${name}`],
});

const OVERRIDE = '/opt/trains/docker-compose.override.yml';
/** More under the service elasticsearch of the override file that the lab's hosts have. */
const overridden = (lines: string): Pick<Case, 'prepare' | 'undo'> => ({
  prepare: `cp -p ${OVERRIDE} /root/override && python3 - <<'PY'
import re
text = open('${OVERRIDE}').read()
open('${OVERRIDE}', 'w').write(text.replace('  elasticsearch:\\n', '  elasticsearch:\\n${lines}', 1))
PY`,
  undo: `mv /root/override ${OVERRIDE}`,
});

const RUNNING: Readonly<Record<string, Case>> = {
  'a directory that is not there': {
    args: ['-e', 'trains_dir=/opt/nowhere'],
    says: [/there is no directory \/opt\/nowhere/, /trains_dir=/],
  },
  'a directory without a server': {
    prepare: 'mkdir /opt/empty',
    undo: 'rm -rf /opt/empty',
    args: ['-e', 'trains_dir=/opt/empty'],
    says: [/no Trains server at \/opt\/empty/],
  },
  'evidence that disagrees': {
    prepare: `sed -i.old 's/elasticsearch:5.6.16/elasticsearch:7.6.2/' /opt/trains/docker-compose.yml`,
    undo: 'mv /opt/trains/docker-compose.yml.old /opt/trains/docker-compose.yml',
    says: [/evidence disagrees: server\.info says 0\.15\.1/, /7\.6\.2/],
  },
  'a foreign target directory': {
    prepare: 'mkdir -p /opt/trains/data/elastic_7/nodes/0 && touch /opt/trains/data/elastic_7/nodes/0/somebody',
    undo: 'rm -rf /opt/trains/data/elastic_7',
    says: [/\/opt\/trains\/data\/elastic_7/, /mv \/opt\/trains\/data\/elastic_7 \/opt\/trains\/data\/elastic_7\.aside/],
  },
  'the official migration half done': {
    prepare: `mkdir -p /opt/trains/data/elastic_7/nodes/0 && echo 'Copying index' > /opt/trains/upgrade_to_7_2020_09_01.log`,
    undo: 'rm -rf /opt/trains/data/elastic_7 /opt/trains/upgrade_to_7_2020_09_01.log',
    says: [/official migration did not end well/, /elastic_7\.aside/],
  },
  'a parked server': {
    prepare: 'mv /opt/trains/docker-compose.yml /opt/trains/docker-compose.yml.parked-20200101_000000',
    undo: 'mv /opt/trains/docker-compose.yml.parked-20200101_000000 /opt/trains/docker-compose.yml',
    says: [/is parked/, /mv -n docker-compose\.yml\.parked-20200101_000000 docker-compose\.yml/],
  },
  'too little memory': { args: ['-e', 'memory_min_bytes=1e15'], says: [/GiB are missing/, /memory_min_bytes/] },
  'too little disk': { args: ['-e', 'free_disk_share=0.99'], says: [/GiB are missing/, /free_disk_share/] },
  'too little disk for the data': { args: ['-e', 'free_disk_factor=1000000000'], says: [/1000000000 x the data/, /GiB are missing/] },
  'a clock that is off': { args: ['-e', 'clock_skew_max=-1'], says: [/clock is \d+ s (ahead of|behind)/, /timedatectl/] },
  'an image in the override file': {
    ...overridden('    image: docker.elastic.co/elasticsearch/elasticsearch:5.6.16\\n'),
    says: [/docker-compose\.override\.yml would break 0\.16/, /image/],
  },
  'the old data directory in the override file': {
    ...overridden('    volumes: ["/opt/trains/data/elastic:/usr/share/elasticsearch/data"]\\n'),
    says: [/docker-compose\.override\.yml would break 0\.16/, /\/usr\/share\/elasticsearch\/data/],
  },
  'the auto-update script of the AMI': {
    prepare: `printf '#!/bin/sh\\n' > /usr/bin/start_or_update_server.sh && chmod +x /usr/bin/start_or_update_server.sh`,
    undo: 'rm /usr/bin/start_or_update_server.sh',
    says: [/start_or_update_server\.sh starts or updates the server at every reboot/, /\.off/],
  },
  'another container with a name of the product': {
    prepare: 'docker create --name trains-server redis:5.0 > /dev/null',
    undo: 'docker rm trains-server > /dev/null',
    says: [/trains-server/, /docker rename/],
  },
  'another container on the data': {
    prepare: 'docker run -d --name peek --entrypoint sleep -v /opt/trains/data/elastic:/other redis:5.0 1000 > /dev/null',
    undo: 'docker rm -f -v peek > /dev/null',
    says: [/container peek has \/opt\/trains\/data\/elastic mounted/, /docker stop peek/],
  },
  'a port that another process has': {
    prepare: `docker stop trains-webserver > /dev/null && (setsid python3 -m http.server 8080 > /dev/null 2>&1 & echo $! > /root/web.pid) && for i in $(seq 50); do curl -fso /dev/null http://127.0.0.1:8080/ && break; sleep 0.1; done`,
    undo: 'kill $(cat /root/web.pid); rm /root/web.pid; docker start trains-webserver > /dev/null',
    says: [/8080 taken by .*python3/],
  },
  'data that belong to somebody else': {
    prepare: 'chown 0 /opt/trains/data/elastic/nodes/0/_state',
    undo: 'chown 1000 /opt/trains/data/elastic/nodes/0/_state',
    says: [/nodes\/0\/_state/, /chown -R 1000:1000 \/opt\/trains\/data\/elastic/],
  },
  'an API that does not answer': {
    prepare: 'docker stop trains-apiserver > /dev/null',
    undo: 'docker start trains-apiserver > /dev/null; for i in $(seq 300); do curl -fso /dev/null http://127.0.0.1:8008/server.info && break; sleep 0.2; done',
    says: [/8008\/server\.info/],
  },
  'compose that is not installed': {
    prepare: 'mv /usr/bin/docker-compose /root/docker-compose',
    undo: 'mv /root/docker-compose /usr/bin/docker-compose',
    says: [/neither docker-compose nor the plugin/, /install one of the two/],
  },
  'a user who may not ask Docker': {
    prepare:
      'useradd -m night && install -d -o night -m 700 /home/night/.ssh /home/night/trains && install -o night -m 600 /root/.ssh/authorized_keys /home/night/.ssh/authorized_keys',
    undo: 'userdel -r night 2> /dev/null',
    user: 'night',
    args: ['-e', 'trains_dir=/home/night/trains'],
    says: [/Docker does not answer: .*permission denied/, /ansible_become/],
  },
  'a user who may not write into the directory': {
    prepare:
      'useradd -m -G docker night && install -d -o night -m 700 /home/night/.ssh && install -o night -m 600 /root/.ssh/authorized_keys /home/night/.ssh/authorized_keys',
    undo: 'userdel -r night 2> /dev/null',
    user: 'night',
    says: [/cannot (lock|write).*\/opt\/trains/, /[Pp]ermission denied/],
  },
  'a compose file that is not at its address': {
    args: ['-e', 'compose_url=https://raw.githubusercontent.com/allegroai/trains-server/master/docker-compose.yml'],
    exit: 5,
    says: [/404/],
  },
  'a compose file that is another one': { args: ['-e', `compose_sha256=${'0'.repeat(64)}`], exit: 5, says: [/sha256|SHA-256|checksum/i] },
  'a lock of another run': {
    prepare: `mkdir -p /opt/trains/.switchyard && echo '{"run":"20200101_000000-beef","who":"eve@there","since":"2020-01-01T00:00:00Z"}' > /opt/trains/.switchyard/lock`,
    undo: 'rm /opt/trains/.switchyard/lock',
    exit: 7,
    says: [/locked by run 20200101_000000-beef of eve@there/, /switchyard unlock lab-1 20200101_000000-beef/],
  },
};

const STOPPED: Readonly<Record<string, Case>> = {
  'a server of 0.17': { ...made('seventeen', { release: '0.17.0-63', elastic: '7.6.2' }), says: [/0\.16\.1 is older than 0\.17\.0/] },
  'a server that no release is known of': {
    ...made('future', { release: '9.1.0-1', elastic: '9.1.0' }),
    says: [/9\.1\.0/, /known|evidence/],
  },
  'MongoDB in an anonymous volume': {
    ...made('anonymous', { release: '0.15.0-352', mongo: ['/opt/anonymous/data/mongo/configdb:/data/configdb'] }),
    says: [/anonymous volume|no directory of the host/, /docker cp/],
  },
  'the Windows layout with MongoDB in a volume': {
    ...made('windows', { release: '0.15.0-352', mongo: ['mongodata:/data'] }),
    says: [/volume|win10/i],
  },
  'fixed users on a database of 0.13': {
    ...made('thirteen', {
      release: '0.13.0-262',
      more: `echo 'auth { fixed_users { enabled: true, users: [] } }' > /opt/thirteen/config/apiserver.conf`,
    }),
    says: [/fixed users are on and the database is of 0\.13\.0/, /fixed_users\.enabled to false/],
  },
  'an agent that would have no address': {
    ...made('fourteen', { release: '0.14.1-318' }),
    says: [/agent-services/, /-e trains_host_ip=ADDRESS/],
  },
  '0.16 that was started without the migration': {
    ...made('early', { release: '0.16.1-320', elastic: '7.6.2', more: 'mkdir /opt/early/data/elastic_7' }),
    says: [/never migrated/, /compose file of the old release/],
  },
};

describe('a run that must not be', () => {
  let undo = 'true';
  afterEach(() => {
    onHost(undo);
    undo = 'true';
  });

  function refuses(what: string, { prepare = 'true', undo: back = 'true', args = [], user = 'root', exit = 4, says }: Case): void {
    it(`is refused: ${what}`, () => {
      undo = back;
      onHost(prepare);
      const prepared = stateOfHost();
      const there = changedInventory('user.yml', (text) => text.replace('ansible_user: root', `ansible_user: ${user}`));
      const { status, stdout, stderr } = switchyard('run', playbook, '-i', there, '--output', 'lines', '-l', 'lab-1', ...args);
      assert.equal(status, exit, stdout + stderr);
      for (const text of says) assert.match(stdout + stderr, text);
      assert.match(stdout, /next: /);
      assert.equal(stateOfHost(), prepared);
    });
  }

  it('says that a host does not answer, and what to do', () => {
    const untouched = stateOfHost();
    const known = file('known_closed', readFileSync(join(root, 'lab/.run/known_hosts'), 'utf8').replaceAll(/\]:\d+/g, ']:9'));
    const there = changedInventory('closed.yml', (text) =>
      text.replace(/ansible_port: \d+/, 'ansible_port: 9').replace(/UserKnownHostsFile=\S+/, `UserKnownHostsFile=${known}`),
    );
    const { status, stdout } = switchyard('run', playbook, '-i', there, '-l', 'lab-1');
    assert.equal(status, 6, stdout);
    assert.match(stdout, /lab-1.*unreachable/);
    assert.match(stdout, /refused/);
    assert.match(stdout, /next: /);
    assert.equal(stateOfHost(), untouched);
  });

  it('says that the host key is another one', () => {
    const untouched = stateOfHost();
    const known = readFileSync(join(root, 'lab/.run/known_hosts'), 'utf8');
    const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
    const wrong = file(
      'known_hosts',
      known
        .split('\n')
        .filter((line) => line.includes('ssh-ed25519'))
        .map((line) => line.replace(/AAAA\S+/, other))
        .join('\n'),
    );
    const there = changedInventory('key.yml', (text) => text.replace(/UserKnownHostsFile=\S+/, `UserKnownHostsFile=${wrong}`));
    const { status, stdout } = switchyard('run', playbook, '-i', there, '-l', 'lab-1');
    assert.equal(status, 6, stdout);
    assert.match(stdout, /host key/);
    assert.equal(stateOfHost(), untouched);
  });

  it('shows every fault of an invalid playbook with file, line and column, before any host', () => {
    const bad = file(
      'bad.yml',
      readFileSync(join(root, playbook), 'utf8').replace('docker_compose:', 'docker_compse:').replace('server_release:', 'server_relase:'),
    );
    const { status, stdout, stderr } = switchyard('run', bad, '-i', inventory);
    assert.equal(status, 3, stdout + stderr);
    assert.match(stdout + stderr, /bad\.yml:\d+:\d+: .*docker_compse.*docker_compose/);
    assert.match(stdout + stderr, /bad\.yml:\d+:\d+: .*server_relase.*server_release/);
  });

  for (const [what, one] of Object.entries(RUNNING)) refuses(what, one);

  describe('on a host whose server is down', () => {
    before(() => {
      onHost('cd /opt/trains && docker-compose down 2> /dev/null');
    });
    after(() => {
      // as the lab started it: what its agent was given came from the shell
      onHost(`cd /opt/trains && export TRAINS_HOST_IP=$(hostname -i) TRAINS_AGENT_GIT_USER=lab TRAINS_AGENT_GIT_PASS='not-a-real-password'
      docker-compose up -d 2> /dev/null && for i in $(seq 300); do
        curl -fso /dev/null http://127.0.0.1:8008/server.info && break; sleep 0.2; done`);
    });
    for (const [what, one] of Object.entries(STOPPED)) refuses(what, one);
  });
});
