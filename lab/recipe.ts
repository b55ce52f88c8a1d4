// What each kind of installation consists of: directories, files, images, and the command that starts it.
import { composeFile, elasticSettings, LOWERED_LIMITS, mounts, overrideFile, unifiedFile } from './compose.ts';
import { INSTALLATIONS, type Kind } from './kinds.ts';
import { HEAP } from './settings.ts';

export interface Recipe {
  /** Under the product's directory, as are the files. */
  readonly directories: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Besides the application's own. */
  readonly images: readonly string[];
  /** A bash script for the product's directory; repeating it starts what is not there yet. */
  readonly start: string;
}

const ELASTICSEARCH = 'docker.elastic.co/elasticsearch/elasticsearch:5.6.16';
const MONGO = 'mongo:3.6.5';
const REDIS = 'redis:5.0';
const AGENT = 'allegroai/trains-agent-services:latest';

export function recipeOf(kind: Kind): Recipe {
  const { form, release, directory, project } = INSTALLATIONS[kind];
  const directories = ['config', 'logs', 'data/mongo/db', 'data/mongo/configdb', 'data/fileserver'];
  const settings = { 'config/apiserver.conf': CONFIG };
  if (form === 'by-hand') {
    // no compose file here; but the one that follows some day needs what is lowered, so the override lies there already
    const files = { ...settings, 'docker-compose.override.yml': overrideFile(HEAP) };
    return { directories, files, images: [ELASTICSEARCH, MONGO], start: startByHand(directory) };
  }
  const hasAgent = form === 'services' && release === '0.15';
  return {
    directories: [...directories, 'data/redis', ...(hasAgent ? ['agent'] : [])],
    files: {
      ...settings,
      'docker-compose.yml': form === 'unified' ? unifiedFile(release, directory) : composeFile(release, directory),
      'docker-compose.override.yml': overrideFile(HEAP, project === undefined ? undefined : 8090),
      ...(project === undefined ? {} : { '.env': `COMPOSE_PROJECT_NAME=${project}\n` }),
    },
    images: [ELASTICSEARCH, MONGO, REDIS, ...(hasAgent ? [AGENT] : [])],
    start: START_PROJECT,
  };
}

const CONFIG = `# Settings of the apiserver that differ from its own.
auth {
    cookies { max_age: 99999999999 }
}
`;

// what the agent is given comes from the shell, as the product's documentation has it: only the running container knows it afterwards
const START_PROJECT = `
export TRAINS_HOST_IP=$(hostname -i) TRAINS_AGENT_GIT_USER=lab TRAINS_AGENT_GIT_PASS='not-a-real-password'
docker-compose up -d 2>&1 | grep -v -i warn >&2; test \${PIPESTATUS[0]} = 0`;

/** The five commands of the days before compose: everything on the host's own network, but for the web application. */
function startByHand(directory: string): string {
  const { logs, config, files } = mounts(directory);
  const settings = Object.entries(elasticSettings('0.11', HEAP)).map(([name, value]) => `-e '${name}=${value}'`);
  const limits = Object.entries(LOWERED_LIMITS).map(([name, value]) => `--ulimit ${name}=${value}:${value}`);
  const host = '--network=host';
  const containers = {
    'trains-elastic': [host, ...settings, ...limits, `-v ${directory}/data/elastic:/usr/share/elasticsearch/data`, ELASTICSEARCH],
    'trains-mongo': [host, `-v ${directory}/data/mongo/db:/data/db`, `-v ${directory}/data/mongo/configdb:/data/configdb`, MONGO],
    'trains-fileserver': [host, `-v ${logs}`, `-v ${files}`, 'allegroai/trains:latest fileserver'],
    'trains-apiserver': [host, `-v ${logs}`, `-v ${config}`, 'allegroai/trains:latest apiserver'],
    'trains-webserver': ['-p 8080:80', 'allegroai/trains:latest webserver'],
  };
  const lines = Object.entries(containers).map(
    ([name, words]) =>
      `docker inspect ${name} >/dev/null 2>&1 || docker run -d --restart=always --name=${name} ${words.join(' ')} >/dev/null`,
  );
  return lines.join('\n');
}
