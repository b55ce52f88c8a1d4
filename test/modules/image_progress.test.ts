import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { layerProgress } from '../../src/modules/image_progress.ts';

describe('the progress of a pull', () => {
  it('is the sum of its layers', () => {
    const progress = layerProgress();
    progress.add({ status: 'Pulling from library/redis', id: '5.0' });
    progress.add({ status: 'Downloading', id: 'a', progressDetail: { current: 10, total: 100 } });
    progress.add({ status: 'Downloading', id: 'b', progressDetail: { current: 5, total: 50 } });
    progress.add({ status: 'Downloading', id: 'a', progressDetail: { current: 60, total: 100 } });
    assert.deepEqual(progress.sum(), { done: 65, total: 150 });
    progress.add({ status: 'Download complete', id: 'b' });
    progress.add({ status: 'Extracting', id: 'b', progressDetail: { current: 1, total: 9 } });
    assert.deepEqual(progress.sum(), { done: 110, total: 150 });
  });

  it('ends with the failure that comes inside the stream', () => {
    assert.throws(
      () => layerProgress().add({ error: 'x', errorDetail: { message: 'toomanyrequests: slow down' } }),
      /toomanyrequests: slow down/,
    );
  });
});
