// A plan tells the truth on a real host, too: generated states of a scratch project of its own, generated playbooks of the modules for
// Docker and files, carried out as a plan and as a run.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import type { Connection } from '../../src/connections/connection.ts';
import type { Module } from '../../src/modules/module.ts';
import { registry } from '../../src/modules/registry.ts';
import { seed } from '../support/fuzz.ts';
import { type Place, playbookOf, type Tally, tellsTheTruth } from '../support/truth.ts';
import { reach } from './reach.ts';
import { onHost } from './switchyard.ts';

const DIRECTORY = '/opt/switchyard-truth';
/** No container of the host runs it, and the registry has it. */
const IMAGE = 'docker.elastic.co/elasticsearch/elasticsearch:7.6.2';
const FILE = `version: "3.6"\nservices: { one: { image: "${IMAGE}", entrypoint: [sleep, "10000"], stop_grace_period: 0s } }\n`;
const NEW = FILE.replace('"10000"', '"20000"');
const SERVED = 'https://raw.githubusercontent.com/allegroai/trains-server/0.16.1/docker-compose.yml';

interface State {
  /** the file alone, with its container, or parked */
  readonly project: 'none' | 'file' | 'up' | 'parked';
  readonly image: 'right' | 'older';
  readonly fetched: boolean;
}

const state: fc.Arbitrary<State> = fc.record({
  project: fc.constantFrom('none', 'file', 'up', 'parked'),
  image: fc.constantFrom('right', 'older'),
  fetched: fc.boolean(),
});

const STEPS: Readonly<Record<string, object>> = {
  up: { docker_compose: { project_dir: DIRECTORY, state: 'present', wait: 30 } },
  'up from the new file': { docker_compose: { project_dir: DIRECTORY, state: 'present', wait: 30, install: `${DIRECTORY}/new.yml` } },
  down: { docker_compose: { project_dir: DIRECTORY, state: 'absent', timeout: 1 } },
  'down and parked': { docker_compose: { project_dir: DIRECTORY, state: 'absent', timeout: 1, park: true } },
  image: { docker_image: { name: IMAGE, pull: 'always' } },
  'image and the old one': { docker_image: { name: IMAGE, pull: 'always', tag_old: 'truth' } },
  fetch: { get_url: { url: SERVED, dest: `${DIRECTORY}/fetched.yml`, parse: 'compose' } },
  archive: { archive: { path: [`${DIRECTORY}/docker-compose.yml`], dest: `${DIRECTORY}/backup.tgz` } },
  'archive what was fetched': { archive: { path: [`${DIRECTORY}/fetched.yml`], dest: `${DIRECTORY}/fetched.tgz` } },
  create: { command: { argv: ['touch', `${DIRECTORY}/made`], creates: `${DIRECTORY}/made` } },
  api: { uri: { url: 'http://127.0.0.1:8008/server.info' }, register: 'api' },
  'only where the server is of 0.15': { assert: { that: "api.json.data.version is version('0.16', '<')" } },
  'only where the server is of 0.16': { assert: { that: "api.json.data.version is version('0.16', '>=')" } },
};
const WEIGHTS: Readonly<Record<string, number>> = { 'only where the server is of 0.16': 1, create: 1, api: 2 };
const name = fc.oneof(...Object.keys(STEPS).map((one) => ({ weight: WEIGHTS[one] ?? 3, arbitrary: fc.constant(one) })));

/** The host as a state has it; what a case before has left is gone. */
const put = ({ project, image, fetched }: State) =>
  onHost(`cd / && docker rm -f switchyard-truth_one_1 switchyard-truth-one-1 > /dev/null 2>&1
docker network rm switchyard-truth_default > /dev/null 2>&1; docker rmi ${IMAGE}-truth > /dev/null 2>&1
set -e
rm -rf ${DIRECTORY} && mkdir ${DIRECTORY} && cd ${DIRECTORY}
docker tag ${image === 'older' ? 'mongo:3.6.5' : '$(cat /root/truth-image)'} ${IMAGE}
cat > new.yml <<'YAML'
${NEW}YAML
${project === 'none' ? '' : `cat > docker-compose.yml <<'YAML'\n${FILE}YAML`}
${project === 'up' ? 'docker-compose up -d 2> /dev/null' : ''}
${project === 'parked' ? 'mv docker-compose.yml docker-compose.yml.parked-20200101_000000' : ''}
${fetched ? `curl -fsS ${SERVED} -o fetched.yml` : ''}`);

const look = () =>
  onHost(`docker ps -a --no-trunc --filter label=com.docker.compose.project=switchyard-truth --format '{{.ID}} {{.State}}' | while read -r id rest; do
  echo "$id $rest $(docker inspect -f '{{.State.StartedAt}} {{.Image}}' "$id")"; done
docker images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}' | grep elasticsearch:7 | sort
find ${DIRECTORY} -name .switchyard -prune -o -type f -printf '%p %m %s %T@\\n' | sort`);

describe('a plan tells the truth about the run on a real host', () => {
  let modules: Map<string, Module>;
  before(async () => {
    onHost(`docker pull -q ${IMAGE} > /dev/null; docker image inspect -f '{{.Id}}' ${IMAGE} > /root/truth-image`);
    modules = new Map();
    for (const one of new Set(Object.values(STEPS).map((step) => Object.keys(step)[0]!))) modules.set(one, await registry.get(one)!());
  });
  after(() => {
    put({ project: 'none', image: 'right', fetched: false });
    onHost(`rm -rf ${DIRECTORY} /root/truth-image`);
  });

  it('over states and playbooks that were generated', async () => {
    const place: Place = { modules, look, connect: (): Promise<Connection> => reach() };
    const all: Required<Tally>[] = [];
    await fc.assert(
      fc.asyncProperty(state, fc.uniqueArray(name, { minLength: 2, maxLength: 5 }), async (given, names) => {
        put(given);
        const known = names.filter((one, index) => !one.startsWith('only') || (names.includes('api') && names.indexOf('api') < index));
        const text = playbookOf(
          known.map((one, index) => ({ name: `${index} ${one}`, ...STEPS[one] })),
          DIRECTORY,
        );
        all.push((await tellsTheTruth(text, place)) as Required<Tally>);
      }),
      {
        numRuns: 8,
        seed,
        endOnFailure: true,
        // what was once promised, and not kept: a pull decides what comes up
        examples: [[{ project: 'up', image: 'older', fetched: false }, ['image', 'up']]],
      },
    );
    const sure = all.reduce((sum, { ok = 0, changed = 0 }) => sum + ok + changed, 0);
    assert.ok(sure > 10, `so few promises say nothing: ${JSON.stringify(all)}`);
  });
});
