import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { parseArguments } from '../../lab/arguments.ts';
import { composeFile, overrideFile } from '../../lab/compose.ts';
import { UsageError } from '../../lab/errors.ts';
import { inventoryFile, knownHostLines } from '../../lab/inventory.ts';

describe("the lab's arguments", () => {
  it('have defaults', () => {
    assert.deepEqual(parseArguments(['up']), { command: 'up', hosts: undefined, documents: 20_000, release: '0.15', fresh: false });
    assert.deepEqual(parseArguments(['ssh', 'lab-2', 'ls', '-l']), { command: 'ssh', host: 2, words: ['ls', '-l'] });
  });
  for (const args of [['fly'], ['up', '--hosts', '0'], ['up', '--release', '0.16'], ['up', 'x'], ['seed', 'two'], ['down', '--all']]) {
    it(`refuse "${args.join(' ')}"`, () => assert.throws(() => parseArguments(args), UsageError));
  }
});

describe("the lab's compose files", () => {
  const services = (release: '0.13' | '0.14' | '0.15' | '0.16') =>
    parse(composeFile(release)).services as Record<string, { image: string; volumes?: string[]; environment?: Record<string, string> }>;

  it('run Elasticsearch 5.6.16 on data/elastic up to 0.15, and 7.6.2 on data/elastic_7 from 0.16', () => {
    for (const release of ['0.13', '0.14', '0.15'] as const) {
      assert.match(services(release).elasticsearch!.image, /:5\.6\.16$/);
      assert.deepEqual(services(release).elasticsearch!.volumes, ['/opt/trains/data/elastic:/usr/share/elasticsearch/data']);
    }
    assert.match(services('0.16').elasticsearch!.image, /:7\.6\.2$/);
    assert.deepEqual(services('0.16').elasticsearch!.volumes, ['/opt/trains/data/elastic_7:/usr/share/elasticsearch/data']);
  });

  it('have agent-services from 0.15 on, with the variables of the user left open', () => {
    assert.ok(!('agent-services' in services('0.14')));
    assert.equal(services('0.15')['agent-services']!.environment!.TRAINS_AGENT_GIT_PASS, '${TRAINS_AGENT_GIT_PASS}');
  });

  it('are lowered by an override alone', () => {
    const { elasticsearch } = parse(overrideFile('512m')).services;
    assert.deepEqual(Object.keys(elasticsearch), ['environment', 'ulimits']);
  });
});

describe("the lab's inventory", () => {
  it('names hosts, keys and the inputs that are lowered', () => {
    const { trains } = parse(
      inventoryFile([
        { number: 1, port: 22001 },
        { number: 2, port: 22002 },
      ]),
    );
    assert.deepEqual(trains.hosts, { 'lab-1': { ansible_port: 22001 }, 'lab-2': { ansible_port: 22002 } });
    assert.match(trains.vars.compose_sha256, /^[0-9a-f]{64}$/);
    assert.match(trains.vars.ansible_ssh_common_args, /^-o UserKnownHostsFile=\//);
  });
  it('pins the keys by name and port', () => {
    assert.deepEqual(knownHostLines(22001, 'ssh-ed25519 AAAA root@x\n\nssh-rsa BBBB\n'), [
      '[127.0.0.1]:22001 ssh-ed25519 AAAA',
      '[127.0.0.1]:22001 ssh-rsa BBBB',
    ]);
  });
});
