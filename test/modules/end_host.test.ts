import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { endHost } from '../../src/modules/end_host.ts';
import { ScriptedConnection, scriptedTarget } from '../support/scripted_connection.ts';

describe('end_host', () => {
  it('ends the host with its message, and asks the host nothing', async () => {
    const target = scriptedTarget(new ScriptedConnection());
    assert.deepEqual(await endHost.check({ message: 'already at 0.16' }, target), { status: 'end', summary: 'already at 0.16' });
    assert.deepEqual(await endHost.check({}, target), { status: 'end', summary: 'nothing more to do' });
  });
});
