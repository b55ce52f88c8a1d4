import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createReporter } from '../../src/report/report.ts';
import { BEGIN, paper, refusedStory, taskEnded, timed } from './story.ts';

describe('json', () => {
  it('writes every event as one line with its version', () => {
    const { out, written } = paper();
    const reporter = createReporter('json', out);
    const events = refusedStory();
    for (const event of events) reporter.listen(event);
    assert.deepEqual(
      written.map((line) => JSON.parse(line)),
      events.map((event) => JSON.parse(JSON.stringify({ version: 1, ...event }))),
    );
    assert.ok(written.every((line) => line.indexOf('\n') === line.length - 1));
    assert.equal(written[1], `{"version":1,"kind":"batch_started","batch":1,"hosts":["a","b"],"time":${BEGIN}}\n`);
  });

  it('masks every text, in outputs and their keys too, and leaves numbers as they are', () => {
    const { out, written } = paper({ mask: (text) => text.replaceAll('1795', '********') });
    const ended = taskEnded('copy/documents@a', 'ok', 'the password is 1795');
    const outputs = { found: ['1795'], '1795': { deep: 'x1795' } };
    const [event] = timed([[0, ended.kind === 'task_ended' ? { ...ended, result: { ...ended.result, outputs } } : ended]]);
    createReporter('json', out).listen(event!);
    const { result, time } = JSON.parse(written.join(''));
    assert.deepEqual(
      { summary: result.summary, outputs: result.outputs, time },
      { summary: 'the password is ********', outputs: { found: ['********'], '********': { deep: 'x********' } }, time: BEGIN },
    );
  });
});
