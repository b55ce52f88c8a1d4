import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { Secrets } from '../../src/base/secret.ts';
import type { OwnCommands } from '../../src/run/next.ts';
import { lookAtStanding, type Standing } from '../../src/run/standing.ts';
import { STATES, WAY } from '../../src/run/states.ts';
import { type ServerHost, type ServerHostOptions, serverHost } from '../support/server_host.ts';

const RUN = '20260101_000000-abcd';
const STAMP = '20260101_000000';
const PARKED = `docker-compose.yml.parked-${STAMP}`;
const own: OwnCommands = {
  plan: ['switchyard', 'plan'],
  run: ['switchyard', 'run'],
  status: ['switchyard', 'status'],
  where: ['switchyard', 'status', '--project-dir', 'DIRECTORY'],
  unlock: (run) => ['switchyard', 'unlock', run],
};

/** A compose file as `config` prints it; only what is looked at. */
const compose = (directory: string, data: 'elastic' | 'elastic_7', image: string) => ({
  services: {
    apiserver: { container_name: 'trains-apiserver', image, ports: ['8008:8008'] },
    elasticsearch: {
      container_name: 'trains-elastic',
      image: `docker.elastic.co/elasticsearch/elasticsearch:${data === 'elastic' ? '5.6.16' : '7.6.2'}`,
      volumes: [`${directory}/data/${data}:/usr/share/elasticsearch/data`],
    },
  },
});
const oldFile = (directory: string) => compose(directory, 'elastic', 'allegroai/trains:latest');
const newFile = (directory: string) => compose(directory, 'elastic_7', 'allegroai/trains:0.16.1');
const OLD_DATA = { 'data/elastic/nodes/0/x': 'old' };
const RENAMED_DATA = { [`data/elastic_migrated_${STAMP}/nodes/0/x`]: 'old' };
const COPY = { 'data/elastic_7/nodes/0/x': 'new' };
const record = (directory: string, state: 'filling' | 'proven' | 'complete') => ({
  'data/.switchyard-elastic_7.json': {
    run: RUN,
    source: `${directory}/data/elastic`,
    state,
    ...(state !== 'filling' && {
      migrated: { documents: 7, indices: [{ index: 'events-a', documents: 7 }], renamed_to: `${directory}/data/elastic_migrated_${STAMP}` },
    }),
  },
});

const container = (directory: string, name: string, data: string, state = 'running') => ({
  Id: name,
  Names: [`/trains-${name}`],
  State: state,
  Image: 'i',
  ImageID: 'i',
  Labels: {
    'com.docker.compose.project': basename(directory).toLowerCase(),
    'com.docker.compose.project.working_dir': directory,
    'com.docker.compose.service': name,
  },
  Mounts:
    name === 'elasticsearch' ? [{ Type: 'bind', Source: `${directory}/data/${data}`, Destination: '/usr/share/elasticsearch/data' }] : [],
});
const running =
  (data: 'elastic' | 'elastic_7', answers: object = {}) =>
  (directory: string) => ({
    'GET /containers/json': [container(directory, 'apiserver', data), container(directory, 'elasticsearch', data)],
    ...answers,
  });
const ADDRESS = {
  'GET /containers/trains-elasticsearch/json': {
    State: { Running: true },
    NetworkSettings: { Networks: { n: { IPAddress: '10.0.0.2' } } },
  },
};
const holds = (counts: Readonly<Record<string, number>>) => ({
  ...ADDRESS,
  'GET /_cat/indices': [...Object.keys(counts), '.tasks'].map((index) => ({ index })),
  ...Object.fromEntries(Object.entries(counts).map(([index, count]) => [`GET /${index}/_count`, { count }])),
});
const untouched = (directory: string) => ({ 'docker-compose.yml': oldFile(directory), ...OLD_DATA });
const upgraded = (directory: string) => ({
  'docker-compose.yml': newFile(directory),
  [PARKED]: oldFile(directory),
  ...RENAMED_DATA,
  ...COPY,
  ...record(directory, 'complete'),
});

describe('where an upgrade of a host stands', () => {
  let host: ServerHost;
  const look = async (options: ServerHostOptions): Promise<Standing> => {
    host = await serverHost(options);
    return lookAgain();
  };
  const lookAgain = (directory = host.directory) =>
    lookAtStanding(host.connection, {
      directory,
      signal: new AbortController().signal,
      secrets: new Secrets(),
      now: () => 0,
      own: () => own,
    });
  const commands = ({ next }: Standing, on: 'host' | 'controller') =>
    next.commands.filter((command) => command.on === on).map(({ words }) => words.join(' ').replaceAll(host.directory, '/opt/trains'));
  afterEach(() => host.close());

  it('untouched, with the old server up: see what an upgrade would do', async () => {
    const standing = await look({ files: untouched, engine: running('elastic') });
    assert.deepEqual(
      [standing.state, standing.runs, standing.old.usable, standing.fencing],
      ['untouched', 'the old server', 'yes', undefined],
    );
    assert.deepEqual([commands(standing, 'host'), commands(standing, 'controller')], [[], ['switchyard plan']]);
    assert.deepEqual(standing.warnings, []);
  });

  it('untouched, but down or half down: says what does not run and starts it', async () => {
    const standing = await look({ files: untouched });
    assert.deepEqual([standing.state, standing.runs], ['untouched', 'nothing']);
    assert.deepEqual(commands(standing, 'host'), ['cd /opt/trains', 'docker compose up -d']);
    await host.close();
    const half = await look({
      files: untouched,
      engine: (directory) => ({ 'GET /containers/json': [container(directory, 'elasticsearch', 'elastic')] }),
    });
    assert.equal(half.runs, 'the old server, without apiserver');
  });

  it('untouched, with newer images pulled under the old names: they go back before anything else is typed', async () => {
    const images = [
      { Id: 'new', RepoTags: ['allegroai/trains:latest'] },
      { Id: 'old', RepoTags: [`allegroai/trains:switchyard-${RUN}`] },
      { Id: 'same', RepoTags: ['redis:5.0', `redis:5.0-switchyard-${RUN}`] },
    ];
    const standing = await look({ files: untouched, engine: running('elastic', { 'GET /images/json': images }) });
    assert.deepEqual(commands(standing, 'host'), [`docker tag allegroai/trains:switchyard-${RUN} allegroai/trains:latest`]);
    assert.match(standing.warnings.join(), /newer images were pulled as allegroai\/trains:latest/);
  });

  it('stopped: neither server comes back by itself', async () => {
    const standing = await look({ files: (directory) => ({ [PARKED]: oldFile(directory), ...OLD_DATA }) });
    assert.deepEqual([standing.state, standing.runs, standing.old.usable, standing.warnings], ['stopped', 'nothing', 'yes', []]);
    assert.match(standing.fencing ?? '', /^neither server comes back by itself/);
    assert.deepEqual(commands(standing, 'host'), ['cd /opt/trains', `mv -n ${PARKED} docker-compose.yml`, 'docker compose up -d']);
    assert.deepEqual(commands(standing, 'controller'), ['switchyard run']);
  });

  it('stopped, and started once under another name and with variables of a shell: the way back keeps both, and shows no value', async () => {
    const file = (directory: string) => `${JSON.stringify(oldFile(directory)).slice(0, -1)}, "x": "\${TRAINS_KEY:-}" }`;
    const old = { name: 'trains-apiserver', service: 'apiserver', environment: { TRAINS_KEY: 'correct-horse' } };
    const standing = await look({
      files: (directory) => ({
        [PARKED]: file(directory),
        ...OLD_DATA,
        [`.switchyard/runs/${RUN}/containers.json`]: { project: 'other', files: [], fallbacks: {}, containers: [old] },
      }),
    });
    assert.equal(commands(standing, 'host').at(-1), 'docker compose -p other up -d');
    assert.match(
      standing.warnings.join(),
      /^before compose up, export TRAINS_KEY: in no file, but the old containers had them \(see .*containers\.json\)$/,
    );
    assert.ok(!JSON.stringify(standing).includes('correct-horse'));
  });

  it('stopped, with a container that Docker would restart: warns, and promises no fencing', async () => {
    const standing = await look({
      files: (directory) => ({ [PARKED]: oldFile(directory), ...OLD_DATA }),
      engine: (directory) => ({
        'GET /containers/json': [container(directory, 'apiserver', '', 'exited')],
        'GET /containers/apiserver/json': { HostConfig: { RestartPolicy: { Name: 'unless-stopped' } } },
      }),
    });
    assert.deepEqual(standing.warnings, [
      'container trains-apiserver (exited) has the restart policy unless-stopped: Docker may start it again',
    ]);
    assert.match(standing.fencing ?? '', /could come back/);
  });

  it('filling: the old server is usable, and the private servers are told', async () => {
    const standing = await look({
      files: (directory) => ({ [PARKED]: oldFile(directory), ...OLD_DATA, ...COPY, ...record(directory, 'filling') }),
      engine: (directory) => ({
        'GET /containers/json': [
          {
            ...container(directory, `switchyard-${RUN}-es5`, ''),
            Names: ['/switchyard-es5'],
            Labels: { 'switchyard.migration': `${directory}/data/elastic` },
          },
        ],
      }),
    });
    assert.deepEqual([standing.state, standing.runs, standing.old.usable, standing.new.usable], ['filling', 'nothing', 'yes', 'no']);
    assert.deepEqual(standing.warnings, ['switchyard-es5 run: the private servers of a migration']);
    assert.equal(commands(standing, 'host')[0], 'docker rm -f -v switchyard-es5');
  });

  it('filling, with the compose file unparked: warns', async () => {
    const standing = await look({ files: (directory) => ({ ...untouched(directory), ...COPY, ...record(directory, 'filling') }) });
    assert.equal(standing.state, 'filling');
    assert.match(standing.warnings.join(), /docker-compose\.yml is in place, beside an upgrade that is not done/);
    assert.match(standing.fencing ?? '', /could come back/);
  });

  it('filling, with the new compose file put over it: must not be started, and is set aside', async () => {
    const standing = await look({
      files: (directory) => ({ ...upgraded(directory), ...OLD_DATA, ...record(directory, 'filling') }),
      engine: running('elastic_7', {
        'GET /containers/apiserver/json': { HostConfig: {} },
        'GET /containers/elasticsearch/json': { HostConfig: {} },
      }),
    });
    assert.equal(standing.state, 'filling');
    assert.match(standing.warnings.join(), /the copy it would serve is not whole: do not start it/);
    assert.deepEqual(commands(standing, 'host'), [
      'cd /opt/trains',
      'docker compose down',
      `mv -n docker-compose.yml docker-compose.yml.undone_${RUN}`,
      `mv -n ${PARKED} docker-compose.yml`,
      'docker compose up -d',
    ]);
  });

  it('filling, but the old server runs again: untouched, and the half copy is told', async () => {
    const standing = await look({
      files: (directory) => ({ ...untouched(directory), ...COPY, ...record(directory, 'filling') }),
      engine: running('elastic', {
        'GET /containers/apiserver/json': { HostConfig: {} },
        'GET /containers/elasticsearch/json': { HostConfig: {} },
      }),
    });
    assert.deepEqual([standing.state, standing.fencing], ['untouched', undefined]);
    assert.deepEqual(standing.warnings, [`${host.directory}/data/elastic_7 is an unfinished copy, which the next run sets aside`]);
    assert.deepEqual(commands(standing, 'host'), []);
  });

  it('copied, proven: the old data have their name', async () => {
    const standing = await look({
      files: (directory) => ({ [PARKED]: oldFile(directory), ...OLD_DATA, ...COPY, ...record(directory, 'proven') }),
    });
    assert.deepEqual([standing.state, standing.name, standing.old.usable], ['proven', 'copied, proven', 'yes']);
    assert.deepEqual(commands(standing, 'host'), ['cd /opt/trains', `mv -n ${PARKED} docker-compose.yml`, 'docker compose up -d']);
  });

  it('copied, but the old server runs again: untouched, with a stale copy', async () => {
    const standing = await look({
      files: (directory) => ({ ...untouched(directory), ...COPY, ...record(directory, 'proven') }),
      engine: running('elastic'),
    });
    assert.equal(standing.state, 'untouched');
    assert.match(standing.warnings.join(), /elastic_7 is an earlier copy: what the old server has written since is not in it/);
  });

  it('renamed: the data get their name back before the old server is started, or it would start empty', async () => {
    const standing = await look({
      files: (directory) => ({ [PARKED]: oldFile(directory), ...RENAMED_DATA, ...COPY, ...record(directory, 'complete') }),
    });
    assert.deepEqual([standing.state, standing.old.usable], ['renamed', 'yes']);
    assert.match(standing.fencing ?? '', /^neither server comes back by itself/);
    assert.deepEqual(commands(standing, 'host'), [
      `mv -T /opt/trains/data/elastic_migrated_${STAMP} /opt/trains/data/elastic`,
      `mv -T /opt/trains/data/elastic_7 /opt/trains/data/elastic_7.undone_${RUN}`,
      'cd /opt/trains',
      `mv -n ${PARKED} docker-compose.yml`,
      'docker compose up -d',
    ]);
  });

  it('renamed, and the way back that it tells leads to untouched with the old data', async () => {
    const standing = await look({
      files: (directory) => ({ [PARKED]: oldFile(directory), ...RENAMED_DATA, ...COPY, ...record(directory, 'complete') }),
    });
    const script = standing.next.commands.filter(({ on }) => on === 'host').map(({ words }) => words.join(' '));
    execFileSync('sh', ['-ec', script.filter((line) => !line.startsWith('docker')).join('\n')]);
    assert.equal(readFileSync(join(host.directory, 'data/elastic/nodes/0/x'), 'utf8'), 'old');
    const again = await lookAgain();
    assert.deepEqual([again.state, again.warnings], ['untouched', []]);
    assert.deepEqual(commands(again, 'host'), ['cd /opt/trains', 'docker compose up -d']);
  });

  it('renamed, and the old server was started without its data: says so, keeps what it made, and mends it', async () => {
    const standing = await look({
      files: (directory) => ({ ...untouched(directory), ...RENAMED_DATA, ...COPY, ...record(directory, 'complete') }),
      engine: running('elastic', {
        'GET /containers/apiserver/json': { HostConfig: {} },
        'GET /containers/elasticsearch/json': { HostConfig: {} },
      }),
    });
    assert.equal(standing.state, 'renamed');
    assert.equal(standing.fencing, 'a server runs');
    assert.match(standing.warnings.join('\n'), /the old server runs without its Elasticsearch data: they are in .*elastic_migrated_/);
    assert.deepEqual(commands(standing, 'host').slice(0, 4), [
      'cd /opt/trains',
      'docker compose down',
      `mv -T /opt/trains/data/elastic /opt/trains/data/elastic.made_after_${RUN}`,
      `mv -T /opt/trains/data/elastic_migrated_${STAMP} /opt/trains/data/elastic`,
    ]);
  });

  it('new server down: the old one is not usable as things are', async () => {
    const standing = await look({ files: upgraded });
    assert.deepEqual([standing.state, standing.old.usable, standing.new.usable, standing.fencing], ['down', 'no', 'yes', undefined]);
    assert.deepEqual(commands(standing, 'host'), ['cd /opt/trains', 'docker compose up -d']);
  });

  it('new server up, with no document more: nothing to type, and where the old one is', async () => {
    const archive = {
      kind: 'task_ended',
      result: { stage: 'backup', step: 'MongoDB', module: 'archive', status: 'changed', outputs: { dest: '/b/mongo.tgz' } },
    };
    const standing = await look({
      files: (directory) => ({
        ...upgraded(directory),
        [`.switchyard/runs/${RUN}/receipt.jsonl`]: `${JSON.stringify({ event: archive })}\n{"cut`,
      }),
      engine: running('elastic_7', holds({ 'events-a': 7 })),
    });
    assert.deepEqual([standing.state, standing.runs], ['up', 'the new server']);
    assert.match(standing.means, /no document more or fewer than were proven/);
    assert.match(standing.old.says, /as it was it is in \/b\/mongo\.tgz and .*elastic_migrated_/);
    assert.deepEqual(standing.next.commands, []);
  });

  for (const [what, counts, says] of [
    ['more documents', { 'events-a': 9 }, /events-a: 2 documents more/],
    ['fewer documents', { 'events-a': 6 }, /events-a: 1 documents fewer/],
    ['an index more', { 'events-a': 7, 'events-b': 1 }, /events-b: new, 1 documents/],
    ['an index less', {}, /events-a: gone/],
  ] as const) {
    it(`new server has taken writes: ${what}`, async () => {
      const standing = await look({ files: upgraded, engine: running('elastic_7', holds(counts)) });
      assert.equal(standing.state, 'written');
      assert.match(standing.means, says);
      assert.match(standing.old.says, /going back would lose what was written since/);
    });
  }

  it('new server up, but its Elasticsearch cannot be asked: that is said, and not taken for no writes', async () => {
    const standing = await look({ files: upgraded, engine: running('elastic_7', { ...ADDRESS, 'GET /_cat/indices': 503 }) });
    assert.equal(standing.state, 'up');
    assert.match(standing.means, /whether it has taken writes could not be looked at: Elasticsearch answered 503/);
  });

  for (const stamp of ['20270101_000000', '20250101_000000']) {
    it(`an upgrade parked at ${stamp} on the migrated data is not taken for the one that migrated them`, async () => {
      const standing = await look({
        files: (directory) => ({
          [`docker-compose.yml.parked-${stamp}`]: newFile(directory),
          ...RENAMED_DATA,
          ...COPY,
          ...record(directory, 'complete'),
        }),
      });
      assert.equal(standing.state, 'stopped');
      assert.ok(!commands(standing, 'host').some((line) => line.includes('elastic_migrated_')));
    });
  }

  it('an upgrade that migrated nothing: the new server is up, and no earlier proof is held against it', async () => {
    const standing = await look({
      files: (directory) => ({ ...upgraded(directory), 'docker-compose.yml.parked-20270101_000000': oldFile(directory) }),
      engine: running('elastic_7', holds({ 'events-a': 9 })),
    });
    assert.equal(standing.state, 'up');
    assert.match(standing.means, /could not be looked at: no record tells what was copied for it/);
  });

  it('no server, where nothing was found', async () => {
    const standing = await look({});
    assert.deepEqual([standing.state, commands(standing, 'controller')], ['none', ['switchyard status --project-dir DIRECTORY']]);
  });

  describe('where it cannot look', () => {
    const unknown = (standing: Standing, says: RegExp) => {
      assert.deepEqual(
        [standing.state, standing.runs, standing.old.usable, standing.new.usable],
        ['unknown', 'not known', 'unknown', 'unknown'],
      );
      assert.match(standing.means, says);
    };

    it('Docker does not answer: says so, and what the files tell', async () => {
      const standing = await look({
        files: (directory) => ({ [PARKED]: oldFile(directory), ...OLD_DATA, ...COPY, ...record(directory, 'filling') }),
        dockerUnknown: 'Cannot connect to the Docker daemon',
      });
      unknown(standing, /Cannot connect to the Docker daemon/);
      assert.match(standing.seen.join('\n'), /elastic_7 is being filled, or was left half filled, by run/);
      assert.match(standing.next.says, /^start Docker on trains-1/);
    });

    it('Docker does not answer beside a server that no upgrade has touched', async () => {
      unknown(await look({ files: untouched, dockerUnknown: 'no permission' }), /no permission/);
    });

    it('Docker fails in the middle', async () => {
      unknown(await look({ files: untouched, engine: () => ({ 'GET /images/json': 500 }) }), /500/);
    });

    it('a directory that may not be looked into', async () => {
      unknown(await look({ files: untouched, closed: '.' }), /cannot look into .*Permission denied/);
      await host.close();
      unknown(await look({ files: untouched, engine: running('elastic'), closed: 'data' }), /cannot look into .*data.*Permission denied/);
    });

    it('a record that cannot be read', async () => {
      const files = (directory: string) => ({ ...untouched(directory), 'data/.switchyard-elastic_7.json': '{' });
      unknown(await look({ files, engine: running('elastic') }), /is no record of a migration/);
    });

    it('containers without a compose file', async () => {
      unknown(await look({ engine: running('elastic') }), /trains-apiserver, trains-elasticsearch are there, but no compose file in /);
    });

    it('containers of a server, where the directory is not there at all', async () => {
      host = await serverHost({
        engine: () => ({
          'GET /containers/json': [container('/srv/trains', 'elasticsearch', 'elastic')].map((one) => ({
            ...one,
            Names: ['/trains-elastic'],
          })),
        }),
      });
      const standing = await lookAgain(join(host.directory, 'none'));
      unknown(standing, /trains-elastic are there, but no compose file in .*none$/);
      assert.match(standing.next.says, /-e trains_dir=\/srv\/trains$/);
    });

    it('data that are under neither of their names', async () => {
      unknown(
        await look({ files: (directory) => ({ [PARKED]: oldFile(directory), ...COPY, ...record(directory, 'complete') }) }),
        /neither is a renamed one/,
      );
    });

    it('receipts: the state is known all the same', async () => {
      const standing = await look({
        files: (directory) => ({ ...untouched(directory), '.switchyard/runs/': '' }),
        engine: running('elastic'),
        closed: '.switchyard/runs',
      });
      assert.deepEqual([standing.state, standing.last_run], ['untouched', 'unknown']);
      assert.match(standing.warnings.join(), /what runs have done here could not be looked at: .*Permission denied/);
    });
  });

  describe('runs', () => {
    const lock = (since: number) => {
      mkdirSync(join(host.directory, '.switchyard'), { recursive: true });
      const path = join(host.directory, '.switchyard/lock');
      writeFileSync(path, JSON.stringify({ run: RUN, who: 'ops@console', since: '2026-01-01T00:00:00.000Z' }));
      execFileSync('touch', ['-d', `${since} seconds ago`, path]);
    };

    it('waits for one that is at work', async () => {
      await look({ files: (directory) => ({ [PARKED]: oldFile(directory), ...OLD_DATA }) });
      lock(5);
      const standing = await lookAgain();
      assert.match(standing.next.says, new RegExp(`^run ${RUN} is at work here: wait`));
      assert.deepEqual([commands(standing, 'host'), commands(standing, 'controller')], [[], ['switchyard status']]);
    });

    it('takes the lock of a silent one away before anything else, and does not do it itself', async () => {
      await look({ files: (directory) => ({ [PARKED]: oldFile(directory), ...OLD_DATA }) });
      lock(3600);
      const standing = await lookAgain();
      assert.ok(typeof standing.lock === 'object' && standing.lock.age >= 3600 && standing.lock.holder?.who === 'ops@console');
      assert.deepEqual(commands(standing, 'controller')[0], `switchyard unlock ${RUN}`);
      assert.equal(commands(standing, 'host').at(-1), 'docker compose up -d');
      assert.ok(existsSync(join(host.directory, '.switchyard/lock')));
    });

    it('tells the change that was begun last and never ended', async () => {
      const event = (kind: string, rest: object) => JSON.stringify({ version: 1, sequence: 0, event: { kind, time: 1000, ...rest } });
      const receipt = [
        event('task_applying', { stage: 'shut down', step: 'stop', summary: 's' }),
        event('task_ended', { result: { stage: 'shut down', step: 'stop', status: 'changed' } }),
        event('task_applying', { stage: 'migrate', step: 'Elasticsearch', summary: 'copy' }),
      ].join('\n');
      const standing = await look({
        files: (directory) => ({
          ...untouched(directory),
          [`.switchyard/runs/${RUN}/receipt.jsonl`]: receipt,
          '.switchyard/runs/20250101_000000-ffff/receipt.jsonl': '',
        }),
      });
      assert.deepEqual(standing.last_run, {
        run: RUN,
        change: { task: 'migrate/Elasticsearch', summary: 'copy', time: 1000, done: false },
      });
    });

    it('leaves the host as it was', async () => {
      await look({ files: upgraded });
      const names = () => readdirSync(host.directory, { recursive: true, encoding: 'utf8' }).sort();
      const before = names();
      await lookAgain();
      assert.deepEqual(names(), before);
    });
  });

  it('has a row in the documentation for each of its states', async () => {
    host = await serverHost({});
    const page = readFileSync(join(import.meta.dirname, '../../docs/command-line.md'), 'utf8');
    for (const state of [...WAY, 'down'] as const) {
      const { name, means, old } = STATES[state];
      assert.ok(page.includes(`| **${name}** | ${means} | ${old.says} |`), `| **${name}** | ${means} | ${old.says} |`);
    }
  });
});
