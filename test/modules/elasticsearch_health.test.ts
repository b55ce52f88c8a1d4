import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { elasticsearchHealth } from '../../src/modules/elasticsearch_health.ts';
import { type Answers, type Engine, fakeEngine } from '../support/engine.ts';
import { scriptedTarget } from '../support/scripted_connection.ts';

const WELL: Answers = {
  'GET /_cluster/health': { status: 'yellow', initializing_shards: 0, unassigned_shards: 1 },
  'GET /': { version: { number: '7.6.2' } },
  'GET /_cat/indices': [{ index: 'events-log-x' }, { index: '.tasks' }],
  'GET /events-log-x/_count': { count: 7 },
};

describe('elasticsearch_health', () => {
  let engine: Engine;
  const look = async (args: object, answers: Answers = WELL) => {
    engine = await fakeEngine(answers);
    return elasticsearchHealth.check({ host: '10.0.0.2', wait: 1, ...args }, scriptedTarget(engine.connection));
  };
  afterEach(() => engine.close());

  it("counts the documents of every index but Elasticsearch's own", async () => {
    assert.deepEqual(await look({ version: '7.6' }), {
      status: 'ok',
      outputs: { version: '7.6.2', status: 'yellow', documents: 7, indices: [{ index: 'events-log-x', documents: 7 }] },
      summary: 'Elasticsearch 7.6.2 is yellow',
      figures: '7 documents in 1 indices',
    });
  });

  const wrong: readonly (readonly [string, object, RegExp])[] = [
    ['another version', { version: '5.6' }, /Elasticsearch is 7\.6\.2, expected 5\.6/],
    ['a version that only begins alike', { version: '7.6.20' }, /expected 7\.6\.20/],
    ['fewer documents', { indices: [{ index: 'events-log-x', documents: 8 }] }, /events-log-x has 7 documents, expected 8/],
    ['more documents', { indices: [{ index: 'events-log-x', documents: 6 }] }, /events-log-x has 7 documents, expected 6/],
    [
      'an index that is gone, even where more would be fine',
      { indices: [{ index: 'gone', documents: 0 }], at_least: true },
      /gone has no documents, expected at least 0/,
    ],
  ];
  for (const [what, args, says] of wrong) it(`fails on ${what}`, () => assert.rejects(look(args), says));

  it('is content with more documents if asked to be', async () => {
    assert.equal((await look({ indices: [{ index: 'events-log-x', documents: 6 }], at_least: true })).status, 'ok');
  });

  it('gives up on a red one after its time, and names what is red', async () => {
    const red = { ...WELL, 'GET /_cluster/health': { status: 'red', initializing_shards: 0, unassigned_shards: 1 } };
    await assert.rejects(look({}, red), /Elasticsearch is red: no copy of events-log-x/);
  });

  it('says that there is no such container', async () => {
    engine = await fakeEngine({});
    await assert.rejects(
      elasticsearchHealth.check({ container: 'trains-elastic' }, scriptedTarget(engine.connection)),
      /there is no container trains-elastic/,
    );
  });
});
