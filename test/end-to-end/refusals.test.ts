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

/** A user of the host who may ask Docker, and whose home holds nothing of the server. */
const NIGHT = {
  prepare:
    'useradd -m -G docker night && install -d -o night -m 700 /home/night/.ssh && install -o night -m 600 /root/.ssh/authorized_keys /home/night/.ssh/authorized_keys',
  undo: 'userdel -r night 2> /dev/null',
  user: 'night',
};

/** Until the API answers as it did. */
const ANSWERS = 'for i in $(seq 300); do curl -fso /dev/null http://127.0.0.1:8008/server.info && break; sleep 0.2; done';

/** MongoDB as it is after the migrations of a release, asked for and put back by the API server's own client. */
const mongo = (python: string) => `docker exec trains-apiserver python3 -c 'import pymongo, datetime
from server.elastic import service
versions = pymongo.MongoClient(*service("MONGODB", 27017)).backend.versions
${python}'`;

const OVERRIDE = '/opt/trains/docker-compose.override.yml';
/** More in the override file that the lab's hosts have, under its services or one of them. */
const overridden = (lines: string, under = '  elasticsearch:\\n'): Pick<Case, 'prepare' | 'undo'> => ({
  prepare: `cp -p ${OVERRIDE} /root/override && python3 - <<'PY'
text = open('${OVERRIDE}').read()
open('${OVERRIDE}', 'w').write(text.replace('${under}', '${under}${lines}', 1))
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
  "another port of Elasticsearch in the override file: 0.16's own default": {
    ...overridden('  apiserver:\\n    environment: { TRAINS_ELASTIC_SERVICE_PORT: "9211" }\\n', 'services:\\n'),
    says: [/docker-compose\.override\.yml would break 0\.16: in apiserver they set 9211 \(TRAINS_ELASTIC_SERVICE_PORT\)/],
  },
  'a setting in the override file that Elasticsearch 7 does not start with': {
    ...overridden('    # of old\\n', '  elasticsearch:\\n'),
    prepare: `cp -p ${OVERRIDE} /root/override && sed -i 's/^      ES_JAVA_OPTS: /      script.inline: "true"\\n&/' ${OVERRIDE}`,
    says: [/docker-compose\.override\.yml would break 0\.16: in elasticsearch they set true \(script\.inline\)/],
  },
  'data of Elasticsearch 8 beside the server': {
    prepare: 'mkdir -p /opt/trains/data/elastic_7 && touch /opt/trains/data/elastic_7/nodes',
    undo: 'rm -rf /opt/trains/data/elastic_7',
    says: [/evidence disagrees: the server runs Elasticsearch 5, \/opt\/trains\/data\/elastic_7 holds data that Elasticsearch 8/],
  },
  "MongoDB's data of 1.3 beside the server": {
    prepare: 'mkdir -p /opt/trains/data/mongo_4/db && touch /opt/trains/data/mongo_4/db/WiredTiger',
    undo: 'rm -rf /opt/trains/data/mongo_4',
    says: [/evidence disagrees: .* \/opt\/trains\/data\/mongo_4 holds data, where releases from 1\.3 on have them/],
  },
  'databases that a newer release has been on': {
    prepare: mongo('versions.insert_one({"num": "0.16.1", "created": datetime.datetime.utcnow()})'),
    undo: mongo('versions.delete_one({"num": "0.16.1"})'),
    says: [/evidence disagrees: server\.info says 0\.15\.1.*; backend\.versions in trains-mongo says at least 0\.16\.1/],
  },
  'fixed users on databases whose migration has failed': {
    prepare: `cp -p /opt/trains/config/apiserver.conf /root/apiserver.conf && echo 'auth { fixed_users { enabled: true, users: [] } }' > /opt/trains/config/apiserver.conf && ${mongo('versions.delete_many({"num": {"$in": ["0.14.0", "0.15.0"]}})')}`,
    undo: `mv /root/apiserver.conf /opt/trains/config/apiserver.conf; ${mongo('versions.insert_many([{"num": num, "created": datetime.datetime.utcnow()} for num in ("0.14.0", "0.15.0")])')}`,
    says: [
      /fixed users are on and the database is of 0\.13\.0/,
      /fixed_users\.enabled to false in apiserver\.conf \(\/opt\/trains\/config\)/,
    ],
  },
  'a server whose own migrations have failed at its start': {
    prepare: `docker exec trains-apiserver sh -c 'echo "Failed initializing mongodb: name_1_company_1" > /proc/1/fd/1'`,
    undo: `docker restart trains-apiserver > /dev/null; ${ANSWERS}`,
    says: [/what it could not do at its start: Failed initializing mongodb: name_1_company_1/, /docker logs/],
  },
  'a container of the project that no service of the files is of': {
    prepare: `docker run -d --name gone --entrypoint sleep --label com.docker.compose.project=trains --label com.docker.compose.service=gone redis:5.0 1000 > /dev/null`,
    undo: 'docker rm -f -v gone > /dev/null',
    says: [
      /stop the server and park its compose file would be refused: gone would stay: no service of the compose files is theirs/,
      /remove_orphans/,
    ],
  },
  'a value for the agent beside another one in .env': {
    prepare: 'echo TRAINS_HOST_IP=192.0.2.1 > /opt/trains/.env',
    undo: 'rm /opt/trains/.env',
    args: ['-e', 'trains_host_ip=192.0.2.2'],
    says: [/would be refused: \/opt\/trains\/\.env sets TRAINS_HOST_IP to something else/, /change it in \/opt\/trains\/\.env/],
  },
  'a password that no .env can hold': {
    args: ['-e', 'trains_agent_git_pass=a${b'],
    says: [/would be refused: the value of TRAINS_AGENT_GIT_PASS cannot be written to \.env: it holds "\$\{"/, /by hand/],
  },
  'no room for the backups': {
    prepare: 'mkdir /backup && mount -t tmpfs -o size=100k tmpfs /backup',
    undo: 'umount /backup; rmdir /backup',
    args: ['-e', 'backup_dir=/backup'],
    says: [/cold backup\/MongoDB would be refused: \/backup\/\S+ has \S+ \S+ free, the sources have/, /another disk, or make room/],
  },
  'Docker that does not run': {
    prepare: 'mv /run/docker.sock /run/docker.sock.aside',
    undo: 'mv /run/docker.sock.aside /run/docker.sock',
    says: [/Docker does not answer: .*Cannot connect to the Docker daemon/, /start Docker/],
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
    undo: `docker start trains-apiserver > /dev/null; ${ANSWERS}`,
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
  'a user who may not write into the directory': { ...NIGHT, says: [/cannot (lock|write).*\/opt\/trains/, /[Pp]ermission denied/] },
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
  'a compose file by the name that the product gave it': {
    ...made('named', { release: '0.15.1-367' }),
    prepare: `${installation('named', { release: '0.15.1-367' })}
mv /opt/named/docker-compose.yml /opt/named/docker-compose-unified.yml`,
    says: [/no Trains server at \/opt\/named: looked for/, /echo COMPOSE_FILE=docker-compose-unified\.yml >> \/opt\/named\/\.env/],
  },
  'a server of 1.0 by the file that kept the old names': {
    ...made('legacy', { release: '1.0.2-131', elastic: '7.6.2' }),
    says: [/is 1\.0\.2 and cannot go to 0\.16\.1: 0\.16\.1 is older than 1\.0\.2/],
  },
  'that file with an image that was pulled since': {
    ...made('moved', { release: '2.0.0-613', elastic: '7.6.2' }),
    says: [
      /evidence disagrees: image tag says allegroai\/clearml:2\.0\.0-613; service elasticsearch .* says \S+:7\.6\.2/,
      /newer image was pulled/,
    ],
  },
  'a newer image that was pulled under the name of the old one': {
    // as newer images do, it says in its environment what it is; a stopped server has nothing else to tell it by
    prepare: `docker tag allegroai/trains:latest allegroai/trains:before
printf 'FROM allegroai/trains:before\\nENV TRAINS_SERVER_VERSION=0.16.1-320\\n' | docker build -q -t allegroai/trains:latest - > /dev/null`,
    undo: `docker rmi allegroai/trains:latest > /dev/null; docker tag allegroai/trains:before allegroai/trains:latest && docker rmi allegroai/trains:before > /dev/null`,
    says: [/evidence disagrees: image allegroai\/trains:latest says 0\.16\.1/, /docker tag OLD allegroai\/trains:latest/],
  },
  'an agent whose address went with its container': {
    ...made('agentless', { release: '0.15.1-367' }),
    says: [/agent-services of 0\.16 would not know an address/, /-e trains_host_ip=ADDRESS/],
  },
  'the official migration done, and the old compose file still there': {
    ...made('done', {
      release: '0.15.1-367',
      more: 'mv /opt/done/data/elastic /opt/done/data/elastic_migrated_2020-09-01 && mkdir -p /opt/done/data/elastic_7/nodes/0 && chown -R 1000:1000 /opt/done/data/elastic_7',
    }),
    says: [/the official script has migrated the data already/, /mounted at \/usr\/share\/elasticsearch\/data/],
  },
  '0.16.1 that is installed and does not run': {
    ...made('half', {
      release: '0.16.1-320',
      elastic: '7.6.2',
      more: 'rm -r /opt/half/data/elastic && mkdir -p /opt/half/data/elastic_7/nodes/0',
    }),
    says: [/0\.16\.1 is installed, but apiserver, elasticsearch, mongo, redis does not run/, /cd \/opt\/half && docker-compose up -d/],
  },
  'data that the user may not read': {
    ...NIGHT,
    prepare: `${NIGHT.prepare} && ${installation('closed', { release: '0.15.1-367' })}
chown night /opt/closed /opt/closed/data && chmod 700 /opt/closed/data/mongo/db`,
    undo: `${NIGHT.undo}; rm -rf /opt/closed`,
    args: ['-e', 'trains_dir=/opt/closed', '-e', 'trains_host_ip=192.0.2.1'],
    says: [/no permission to read and write \/opt\/closed\/data\/\S+/, /ansible_become/],
  },
  'a server that no release is known of': {
    ...made('future', { release: '9.1.0-1', elastic: '9.1.0' }),
    says: [/9\.1\.0/, /known|evidence/],
  },
  'MongoDB in a volume whose container is gone': {
    ...made('anonymous', { release: '0.15.0-352', mongo: ['/opt/anonymous/data/mongo/configdb:/data/configdb'] }),
    says: [/its data are in no directory of the host, and the next docker-compose down/, /docker volume ls -f dangling=true/],
  },
  'the Windows layout with MongoDB in a volume': {
    ...made('windows', { release: '0.15.0-352', mongo: ['mongodata:/data'] }),
    says: [
      /is the compose file for Windows: service mongo mounts the Docker volume \S*mongodata at \/data/,
      /docker run --rm --entrypoint cp/,
    ],
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
      docker-compose up -d 2> /dev/null && ${ANSWERS}`);
    });
    for (const [what, one] of Object.entries(STOPPED)) refuses(what, one);

    it('is refused with MongoDB in an anonymous volume, and the commands that are told get the data out', () => {
      const { prepare = '', args = [] } = made('anonymous', {
        release: '0.15.0-352',
        mongo: ['/opt/anonymous/data/mongo/configdb:/data/configdb'],
      });
      undo = 'cd /opt/anonymous && docker-compose down -v 2> /dev/null; rm -rf /opt/anonymous';
      onHost(`${prepare}
cd /opt/anonymous && docker-compose up -d mongo 2> /dev/null && docker exec trains-mongo sh -c 'echo kept > /data/db/marker'`);
      const prepared = stateOfHost();
      const { status, stdout } = switchyard('run', playbook, '-i', inventory, '--output', 'lines', '-l', 'lab-1', ...args);
      assert.equal(status, 4, stdout);
      assert.match(stdout, /service mongo mounts nothing at \/data\/db: its data are in the anonymous volume [0-9a-f]{64}, and the next/);
      assert.equal(stateOfHost(), prepared);
      const commands = /next: (docker stop .*?); then write the mounts \/opt\/anonymous\/data\/mongo\/db:\/data\/db into/.exec(stdout)?.[1];
      assert.ok(commands, stdout);
      onHost(commands);
      assert.equal(onHost('cat /opt/anonymous/data/mongo/db/marker; ls /opt/anonymous/data/mongo/db | grep -c lab'), 'kept\n1\n');
    });
  });
});
