import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { Secrets } from '../../src/base/secret.ts';
import { openJournal } from '../../src/run/journal.ts';

describe('the journal', () => {
  const state = mkdtempSync(join(tmpdir(), 'switchyard-journal-'));

  it('keeps every event but progress, in order, without secrets, for its owner alone', () => {
    const secrets = new Secrets();
    secrets.mark('hunter22');
    const journal = openJournal(state, 'r-1', secrets);
    journal.listen({ kind: 'warning', time: 1, message: 'the password is hunter22' });
    journal.listen({ kind: 'task_progress', time: 2, host: 'a', stage: 's', step: 't', progress: { text: 'half' } });
    journal.listen({ kind: 'run_ended', time: 3, hosts: [], exit: 0, duration_ms: 2 });
    journal.close();
    const file = join(state, 'switchyard/runs/r-1/journal.jsonl');
    assert.deepEqual(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
      [
        { version: 1, sequence: 0, event: { kind: 'warning', time: 1, message: 'the password is ********' } },
        { version: 1, sequence: 1, event: { kind: 'run_ended', time: 3, hosts: [], exit: 0, duration_ms: 2 } },
      ],
    );
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('never goes on with the file of another run', () => {
    openJournal(state, 'r-2', new Secrets()).close();
    assert.throws(() => openJournal(state, 'r-2', new Secrets()), /EEXIST/);
  });
});
