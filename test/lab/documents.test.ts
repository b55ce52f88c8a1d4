import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EVENT_KINDS, OLD_INDEX, type SeedDocument, seedDocuments, TASKS } from '../../lab/documents.ts';
import { COMPANY } from '../../lab/settings.ts';

const documents = [...seedDocuments(10_000)];
const ofIndex = (index: string): SeedDocument[] => documents.filter((one) => one.index === index);

describe("the lab's documents", () => {
  it('are the same every time', () => assert.deepEqual([...seedDocuments(1200, 300)], documents.slice(300, 1500)));

  it('are in every kind of index', () => {
    const indices = new Set(documents.map(({ index }) => index));
    for (const kind of EVENT_KINDS) assert.ok(indices.has(`events-${kind}-${COMPANY}`), kind);
    assert.ok(indices.has(OLD_INDEX));
    for (const statistics of ['worker_stats', 'queue_metrics']) {
      assert.ok([...indices].filter((index) => index.startsWith(`${statistics}_${COMPANY}_2020-`)).length >= 3, statistics);
    }
  });

  it('have ids of their own within an index', () => {
    const ids = documents.filter(({ id }) => id !== undefined).map(({ index, id }) => `${index} ${id}`);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('are routed by their task where they are events, and only there', () => {
    for (const { type, routing, id, source } of documents) {
      assert.equal(routing, type === 'event' ? source.task : undefined);
      assert.equal(id !== undefined, type === 'event');
      if (type === 'event') assert.ok(TASKS.includes(routing!));
    }
  });

  it('have what real data surprises with', () => {
    const logs = ofIndex(`events-log-${COMPANY}`);
    assert.ok(logs.some(({ source }) => source['@timestamp'] === undefined));
    assert.ok(logs.some(({ source }) => /[\u4e00-\u9fff]/.test(String(source.msg))));
    assert.ok(documents.some(({ type, source }) => type === 'stat' && source.task === null));
    const plots = ofIndex(`events-plot-${COMPANY}`).map(({ source }) => String(source.plot_str).length);
    assert.ok(Math.max(...plots) > 200_000);
    assert.ok(new Set(ofIndex(`events-plot-${COMPANY}`).map(({ routing }) => routing)).size > 5);
  });
});
