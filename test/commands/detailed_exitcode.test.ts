// plan --detailed-exitcode: 10 where a run would change something, 0 where not; what keeps a host from coming through wins over both.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'mocha';
import { commandLine, playbookOf } from '../support/command_line.ts';

describe('plan --detailed-exitcode', () => {
  const { file, run } = commandLine();
  const change = '- { name: change, command: { argv: ["true"] } }';
  const plan = (name: string, steps: string, head?: string) => run('plan', file(name, playbookOf(steps, { head })), '--detailed-exitcode');

  it('is 0 where nothing would change', () => {
    assert.equal(plan('same.yml', '- { name: same, command: { argv: ["true"], creates: / } }').status, 0);
  });

  it('is 10 where something would change; without the option 0', () => {
    assert.equal(plan('change.yml', change).status, 10);
    assert.equal(run('plan', 'change.yml').status, 0);
  });

  it('is 4 where a host would be refused, although another one would be changed', () => {
    const hosts = '{ localhost: {}, unfit: { ansible_connection: local } }';
    const steps = `- { name: no, assert: { that: "inventory_hostname == 'localhost'" } }\n${change}`;
    const { status, stdout } = run('plan', file('refused.yml', playbookOf(steps, { hosts })), '--detailed-exitcode');
    assert.match(stdout, /localhost {2}one\/change {2}would change /);
    assert.equal(status, 4);
  });

  it('is 5 where a host fails', async () => {
    const silent = createServer();
    await new Promise<void>((listening) => void silent.listen(0, '127.0.0.1', listening));
    const { port } = silent.address() as { port: number };
    const { status, stdout } = plan('failed.yml', `- { name: hangs, uri: { url: "http://127.0.0.1:${port}/" }, timeout: 1 }\n${change}`);
    silent.close();
    assert.match(stdout, /localhost {2}one\/hangs {2}failed {2}hangs: not done within 1 s\n/);
    assert.equal(status, 5);
  });

  it('is 6 where a host is unreachable, although another one would be changed', () => {
    const hosts = '{ localhost: {}, gone: { ansible_host: 127.0.0.1, ansible_port: 1, ansible_password: none } }';
    assert.equal(run('plan', file('gone.yml', playbookOf(change, { hosts })), '--detailed-exitcode').status, 6);
  });

  it('is 2 and 3 where there is no plan', () => {
    assert.equal(run('plan', 'change.yml', '--detailed-exitcode', '-l', 'nobody').status, 2);
    assert.equal(plan('invalid.yml', '- { name: change, comand: {} }').status, 3);
  });
});
