// The migration engine on real servers, with data of its own in a directory of its own on the lab's host: what the shipped playbook's data
// does not show - several shards and routing, many partitions, documents without a clock, a server killed in the middle, the way back.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { TaskError } from '../../src/base/errors.ts';
import type { Progress } from '../../src/base/progress.ts';
import type { Connection } from '../../src/connections/connection.ts';
import { type Elasticsearch, openElasticsearch } from '../../src/connections/elasticsearch.ts';
import type { Migrated } from '../../src/migration/record.ts';
import { elasticsearchHealth } from '../../src/modules/elasticsearch_health.ts';
import { elasticsearchMigrate } from '../../src/modules/elasticsearch_migrate.ts';
import { scriptedTarget } from '../support/scripted_connection.ts';
import { reach } from './reach.ts';
import { onHost } from './switchyard.ts';

const HOME = '/opt/switchyard-test';
const SOURCE = `${HOME}/data/elastic`;
const TARGET = `${HOME}/data/elastic_7`;
const IMAGE = 'docker.elastic.co/elasticsearch/elasticsearch';
const LOG = 'events-log-test';
const LOGS = 130_000;
const START = Date.UTC(2020, 3, 1);
const EXPECTED = [
  { index: LOG, documents: LOGS },
  { index: 'events-plot-test', documents: 200 },
  { index: 'queue_metrics_test_2020-05', documents: 5000 },
  { index: 'something-else', documents: 3 },
];
const args = { source: SOURCE, target: TARGET, heap: '512m' };

/** A log event; each hundredth was written without `@timestamp`. */
const event = (i: number) => ({
  type: 'log',
  task: `task-${i % 50}`,
  timestamp: START + i * 400,
  msg: `epoch ${i} – Größe 模型 🚂 "quoted"\nsecond line`,
  level: 'INFO',
  ...(i % 100 === 0 ? {} : { '@timestamp': new Date(START + i * 400).toISOString() }),
});

/** A server of ours on the host, on one of the two directories. */
async function serve(connection: Connection, directory: string, version: string): Promise<Elasticsearch> {
  onHost(`docker rm -f switchyard-test-es >/dev/null 2>&1 || true
    install -d -o 1000 -g 1000 ${directory}
    docker run -d --name switchyard-test-es -v ${directory}:/usr/share/elasticsearch/data -e 'ES_JAVA_OPTS=-Xms512m -Xmx512m' \
      -e discovery.type=single-node -e cluster.name=trains ${IMAGE}:${version} >/dev/null`);
  await elasticsearchHealth.check({ container: 'switchyard-test-es', version, wait: 120 }, scriptedTarget(connection));
  const host = onHost(`docker inspect -f '{{.NetworkSettings.IPAddress}}' switchyard-test-es`).trim();
  return openElasticsearch(connection, { host, port: 9200 });
}

async function bulk(client: Elasticsearch, lines: readonly object[]): Promise<void> {
  const { body } = await client.bulk({ body: lines as object[] }, { requestTimeout: 120_000 });
  assert.equal(
    body.errors,
    false,
    JSON.stringify(body.items?.find((item: Record<string, { error?: unknown }>) => Object.values(item)[0]?.error)),
  );
}

async function seed(client: Elasticsearch): Promise<void> {
  const properties = { '@timestamp': { type: 'date' }, timestamp: { type: 'date' }, task: { type: 'keyword' }, type: { type: 'keyword' } };
  const mappings = { _default_: { _routing: { required: true }, _all: { enabled: false }, properties } };
  await client.indices.putTemplate({ name: 'events', body: { template: 'events-*', settings: { number_of_shards: 5 }, mappings } });
  for (let at = 0; at < LOGS; at += 10_000) {
    const numbers = Array.from({ length: Math.min(10_000, LOGS - at) }, (_, i) => at + i);
    const lines = (i: number) => [{ index: { _index: LOG, _type: 'event', _id: `l${i}`, _routing: `task-${i % 50}` } }, event(i)];
    await bulk(client, numbers.flatMap(lines));
    if (at === 0) await bulk(client, numbers.slice(0, 2000).flatMap(lines)); // overwritten: version 2
  }
  const plot = (i: number) => ({
    ...event(i + 1),
    type: 'plot',
    plot_str: JSON.stringify(Array.from({ length: 20_000 }, (_, n) => n * i)),
  });
  const plots = Array.from({ length: 200 }, (_, i) => [
    { index: { _index: 'events-plot-test', _type: 'event', _id: `p${i}`, _routing: 't' } },
    plot(i),
  ]);
  for (let at = 0; at < 200; at += 50) await bulk(client, plots.slice(at, at + 50).flat());
  const queue = (i: number) => ({ timestamp: START + i * 1000, queue: 'q', average_waiting_time: i + 0.5, queue_length: i });
  const index = 'queue_metrics_test_2020-05';
  await bulk(client, Array.from({ length: 5000 }, (_, i) => [{ index: { _index: index, _type: 'metrics' } }, queue(i)]).flat());
  const odd = ['a b/c?d#e', 'ünï', '"q"'].map((_id) => [
    { index: { _index: 'something-else', _type: 't', _id } },
    { name: _id, big: 1e21 },
  ]);
  await bulk(client, [...odd.flat(), { index: { _index: '.own', _type: 't', _id: '1' } }, { a: 1 }]);
}

/** Every file of a directory with its sum; the lock that a running server holds is not data. */
const sums = (directory: string) => onHost(`cd ${directory} && find . -type f ! -name node.lock -exec sha256sum {} + | sort -k 2`);

const remains = () =>
  onHost(`docker ps -a --filter label=switchyard.migration --format '{{.Names}}'; docker network ls --filter label=switchyard.migration --format '{{.Name}}'
    find ${HOME}/data -maxdepth 1 -name '.switchyard-clone-*'`);

const wipe = () =>
  onHost(`docker rm -f switchyard-test-es >/dev/null 2>&1 || true
    docker ps -aq --filter label=switchyard.migration=${SOURCE} | xargs -r docker rm -f >/dev/null
    docker network ls -q --filter label=switchyard.migration=${SOURCE} | xargs -r docker network rm >/dev/null
    rm -rf ${HOME}`);

describe('the migration of an Elasticsearch data directory', () => {
  let connection: Connection;
  let hadSeven: boolean;
  let before_: string;
  let migrated: Migrated;

  const target = (id: string) => scriptedTarget(connection, { run: { id, stamp: `20260101_00000${id.length}` }, facts: { cpus: 2 } });
  const change = async (on: ReturnType<typeof target>) => {
    const result = await elasticsearchMigrate.check(args, on);
    assert.equal(result.status, 'changes', JSON.stringify(result));
    return result.status === 'changes' ? result.change : assert.fail();
  };

  before(async () => {
    wipe();
    hadSeven = onHost(`docker images -q ${IMAGE}:7.6.2`).trim() !== '';
    connection = await reach();
    const client = await serve(connection, SOURCE, '5.6.16');
    await seed(client);
    await client.close();
  });

  after(async () => {
    wipe();
    await connection.close();
    if (!hadSeven) onHost(`docker rmi ${IMAGE}:7.6.2 >/dev/null 2>&1 || true`);
  });

  it('is refused while a server has the source', async () => {
    await assert.rejects(elasticsearchMigrate.check(args, target('a')), /elastic is in use by the running container switchyard-test-es/);
  });

  it('is refused while a process outside of Docker has it', async () => {
    onHost('docker stop -t 60 switchyard-test-es >/dev/null; docker rm switchyard-test-es >/dev/null');
    before_ = sums(SOURCE);
    const script = 'import fcntl,sys,time\nf=open(sys.argv[1],"w")\nfcntl.lockf(f,fcntl.LOCK_EX)\nprint("held",flush=True)\ntime.sleep(60)';
    const holder = new AbortController();
    const ended = new Promise<void>((resolve, reject) => {
      const held = connection.exec(['python3', '-c', script, `${SOURCE}/nodes/0/node.lock`], {
        signal: holder.signal,
        onOutput: () => resolve(),
      });
      held.catch((error) => (holder.signal.aborted ? undefined : reject(error)));
    });
    await ended;
    try {
      await assert.rejects(elasticsearchMigrate.check(args, target('a')), /a running process holds nodes\/0\/node\.lock/);
    } finally {
      holder.abort();
    }
  });

  it('is refused without the image, with the command that fetches it', async () => {
    const wanted = { ...args, target_image: `${IMAGE}:7.6.99` };
    await assert.rejects(elasticsearchMigrate.check(wanted, target('a')), (error: TaskError) => {
      assert.equal(error.message, `not on the host: ${IMAGE}:7.6.99`);
      assert.match(error.detail.next ?? '', /docker pull .*:7\.6\.99$/);
      return true;
    });
  });

  it('tells of a server that is killed in the middle, and leaves the source as it was and nothing running', async () => {
    if (!hadSeven) onHost(`docker pull -q ${IMAGE}:7.6.2 >/dev/null`);
    const on = target('aa');
    let killed = false;
    const progress = ({ text, done = 0 }: Progress) => {
      if (killed || !text.startsWith('copy ') || done === 0) return;
      killed = true;
      onHost('docker kill switchyard-aa-es7 >/dev/null');
    };
    await assert.rejects(elasticsearchMigrate.apply(args, await change(on), { ...on, progress }), (error: TaskError) => {
      assert.ok(error instanceof TaskError);
      assert.match(error.message, /^Elasticsearch 7 \(.*7\.6\.2\) .*(137|memory)/);
      assert.match(error.detail.state ?? '', /data\/elastic is untouched and the old server can be started again/);
      return true;
    });
    assert.ok(killed);
    assert.equal(remains(), '');
    assert.equal(sums(SOURCE), before_);
    assert.match(
      onHost(`cat ${HOME}/upgrade_to_7_20260101_000002.log`),
      /The upgrade did not complete\. .*data\/elastic is untouched\.\n$/,
    );
  });

  it('sets that incomplete copy aside and copies anew, with every document proven', async () => {
    const on = target('aaa');
    const planned = await change(on);
    assert.match(planned.summary, /^set the incomplete \/opt\/switchyard-test\/data\/elastic_7 aside, copy /);
    migrated = (await elasticsearchMigrate.apply(args, planned, on)) as unknown as Migrated;
    assert.deepEqual(migrated.indices, EXPECTED);
    assert.equal(
      migrated.documents,
      EXPECTED.reduce((all, { documents }) => all + documents, 0),
    );
    assert.deepEqual(migrated.skipped, ['.own']);
    assert.equal(migrated.renamed_to, `${HOME}/data/elastic_migrated_20260101_000003`);
    const parts = migrated.certificate.indices.find(({ index }) => index === LOG)!.partitions;
    assert.ok(parts.length >= 3, JSON.stringify(parts));
    assert.equal(parts.at(-1)!.target, LOGS / 100, 'the documents without a clock');
    assert.ok(on.told.some(({ text, total, rate }) => text === `copy ${LOG}` && total === migrated.documents && rate !== undefined));
    console.log(`      ${migrated.documents} documents: ${JSON.stringify(migrated.seconds)}`);
  });

  it('renames the source with every byte of it as it was, and ends its log as the product does', () => {
    assert.equal(sums(migrated.renamed_to), before_);
    assert.equal(remains(), '');
    assert.equal(onHost(`ls ${HOME}/data`), 'elastic_7\nelastic_7.incomplete_20260101_000003\nelastic_migrated_20260101_000003\n');
    const lines = onHost(`cat ${migrated.log}`).trimEnd().split('\n').slice(-2);
    assert.deepEqual(lines, [`Renaming the source directory ${SOURCE} to ${migrated.renamed_to}.`, 'Upgrade completed.']);
  });

  it('has nothing more to do, and still knows what was done', async () => {
    const again = await elasticsearchMigrate.check(args, target('b'));
    assert.equal(again.status, 'ok');
    assert.deepEqual(again.status === 'ok' && again.outputs, migrated);
  });

  it('leaves what Elasticsearch 7 and the new server need: templates, types, ids, versions, contents', async () => {
    const client = await serve(connection, TARGET, '7.6.2');
    const on = scriptedTarget(connection);
    const health = await elasticsearchHealth.check({ container: 'switchyard-test-es', version: '7.6', indices: EXPECTED as never }, on);
    assert.equal(health.status, 'ok');
    const { body: templates } = await client.indices.getTemplate({ name: 'events*' });
    assert.deepEqual(Object.keys(templates).sort(), ['events', 'events_log', 'events_plot', 'events_training_debug_image']);
    const { body: mapping } = await client.indices.getMapping({ index: LOG });
    assert.equal(mapping[LOG].mappings._routing, undefined);
    assert.deepEqual(mapping[LOG].mappings.properties.msg, { type: 'text', index: false });
    const { body: settings } = await client.indices.getSettings({ index: LOG });
    const { number_of_shards: shards, refresh_interval: refresh, translog } = settings[LOG].settings.index;
    assert.deepEqual([shards, refresh, translog], ['1', undefined, undefined]);
    for (const [i, version] of [
      [1, 2],
      [1999, 2],
      [2000, 1],
      [100_000, 1],
    ] as const) {
      const { body } = await client.get({ index: LOG, id: `l${i}` });
      assert.deepEqual([body._version, body._source, body._routing], [version, event(i), undefined]);
    }
    const { body: odd } = await client.get({ index: 'something-else', id: 'a b/c?d#e' });
    assert.deepEqual(odd._source, { name: 'a b/c?d#e', big: 1e21 });
    await client.close();
  });

  it('is not undone under a running server', async () => {
    await assert.rejects(
      elasticsearchMigrate.undo!(args, { ...migrated }, target('bb')),
      /elastic_7 is in use by the running container switchyard-test-es/,
    );
  });

  it('can be undone: the source has its name again, the copy is set aside', async () => {
    onHost('docker rm -f switchyard-test-es >/dev/null');
    await elasticsearchMigrate.undo!(args, { ...migrated }, target('bbbb'));
    assert.equal(onHost(`ls -A ${HOME}/data`), 'elastic\nelastic_7.incomplete_20260101_000003\nelastic_7.undone_20260101_000004\n');
    assert.equal(sums(SOURCE), before_);
    const client = await serve(connection, SOURCE, '5.6.16');
    const { body } = await client.count({ index: LOG });
    assert.equal(body.count, LOGS);
    await client.close();
  });
});
