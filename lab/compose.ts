// The compose files of the hosts: in services, names, ports, volumes and variables those of each release, written anew.
import { stringify } from 'yaml';
import { HOME } from './kinds.ts';
import type { Release } from './settings.ts';

type Service = Readonly<Record<string, unknown>>;
export type ComposeRelease = Release | '0.16';

const APPLICATION = { image: 'allegroai/trains:latest', restart: 'unless-stopped' };
const BACKEND = { networks: ['backend'] };

/** The file as its users have it, with all directories under the given one. */
export function composeFile(release: ComposeRelease, directory = HOME): string {
  const { logs, config, files } = mounts(directory);
  const services: Record<string, Service> = {
    apiserver: apiserver(release, directory),
    ...databases(release, directory),
    fileserver: {
      ...BACKEND,
      ...APPLICATION,
      command: ['fileserver'],
      container_name: 'trains-fileserver',
      volumes: [logs, files, ...(isAtLeast(release, '0.15') ? [config] : [])],
      ports: ['8081:8081'],
    },
    // not on the network of the others: so it was up to 0.16
    webserver: {
      ...APPLICATION,
      command: ['webserver'],
      container_name: 'trains-webserver',
      ...(isAtLeast(release, '0.15') ? {} : { volumes: [logs] }),
      depends_on: ['apiserver'],
      ports: ['8080:80'],
    },
  };
  if (isAtLeast(release, '0.15')) services['agent-services'] = agent(directory);
  return file(services);
}

/** The other file of the same release: the application in one container. It goes on without its web or file server, not without its API. */
export function unifiedFile(release: Release, directory = HOME): string {
  const { logs, config, files } = mounts(directory);
  const parts = ['webserver &', 'fileserver &', 'apiserver'].map((part) => `echo "/opt/trains/wrapper.sh ${part}"`);
  const trainsserver = {
    ...BACKEND,
    ...APPLICATION,
    entrypoint: '/bin/bash',
    command: ['-c', `(${parts.join('; ')}) > /opt/trains/all.sh && bash /opt/trains/all.sh`],
    container_name: 'trains-server',
    volumes: [logs, files, config],
    depends_on: ['redis', 'mongo', 'elasticsearch'],
    environment: ADDRESSES,
    ports: ['8008:8008', '8080:80', '8081:8081'],
  };
  return file({ trainsserver, ...databases(release, directory) });
}

/** What a host of the lab must lower, as an override beside the file: real hosts have such files, and the runner must honour them. */
export function overrideFile(heap: string, webPort?: number): string {
  const { memlock, nofile } = LOWERED_LIMITS;
  const services = {
    elasticsearch: {
      environment: { ES_JAVA_OPTS: `-Xms${heap} -Xmx${heap}` },
      ulimits: { memlock: { soft: memlock, hard: memlock }, nofile: { soft: nofile, hard: nofile } },
    },
    ...(webPort === undefined ? {} : { webserver: { ports: [`${webPort}:80`] } }),
  };
  const web = webPort === undefined ? '' : `# The web application is wanted on port ${webPort}, too.\n`;
  return `# Read by docker-compose after docker-compose.yml. This host is a container on a small machine, so two things are lowered:
# - the heap, as several Elasticsearch servers share the machine's memory (the file says 2g);
# - the limits, as raising one wants CAP_SYS_RESOURCE, which a container may not have (the file says unlimited and 65536).
${web}version: "3.6"
${stringify({ services })}`;
}

export const LOWERED_LIMITS = { memlock: 65536, nofile: 16384 };

/** The settings of Elasticsearch, as its container's environment has them. */
export function elasticSettings(release: ComposeRelease, heap: string): Readonly<Record<string, string>> {
  const seven = release === '0.16';
  return {
    ES_JAVA_OPTS: `-Xms${heap} -Xmx${heap}`,
    'bootstrap.memory_lock': 'true',
    'cluster.name': 'trains',
    'cluster.routing.allocation.node_initial_primaries_recoveries': '500',
    'discovery.zen.minimum_master_nodes': '1',
    ...(seven ? { 'discovery.type': 'single-node' } : {}),
    'http.compression_level': '7',
    'node.ingest': 'true',
    'node.name': 'trains',
    'reindex.remote.whitelist': '*.*',
    ...(seven ? {} : OLD_SETTINGS),
    'xpack.monitoring.enabled': 'false',
    'xpack.security.enabled': 'false',
  };
}

/** The mounts of the application's containers. */
export function mounts(directory: string): { logs: string; config: string; files: string } {
  return {
    logs: `${directory}/logs:/var/log/trains`,
    config: `${directory}/config:/opt/trains/config`,
    files: `${directory}/data/fileserver:/mnt/fileserver`,
  };
}

function file(services: Readonly<Record<string, Service>>): string {
  return stringify(
    { version: '3.6', services, networks: { backend: { driver: 'bridge' } } },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

const ADDRESSES = {
  TRAINS_ELASTIC_SERVICE_HOST: 'elasticsearch',
  TRAINS_ELASTIC_SERVICE_PORT: 9200,
  TRAINS_MONGODB_SERVICE_HOST: 'mongo',
  TRAINS_MONGODB_SERVICE_PORT: 27017,
  TRAINS_REDIS_SERVICE_HOST: 'redis',
  TRAINS_REDIS_SERVICE_PORT: 6379,
};

const OLDEST_ADDRESSES = { ELASTIC_SERVICE_SERVICE_HOST: 'elasticsearch', MONGODB_SERVICE_SERVICE_HOST: 'mongo' };

function apiserver(release: ComposeRelease, directory: string): Service {
  const { logs, config, files } = mounts(directory);
  return {
    ...BACKEND,
    ...APPLICATION,
    command: ['apiserver'],
    container_name: 'trains-apiserver',
    volumes: [logs, config, ...(release === '0.16' ? [files] : [])],
    depends_on: [...(release === '0.11' ? [] : ['redis']), 'mongo', 'elasticsearch', 'fileserver'],
    environment: {
      ...(release === '0.11' ? OLDEST_ADDRESSES : ADDRESSES),
      ...(isAtLeast(release, '0.15') ? { TRAINS_SERVER_DEPLOYMENT_TYPE: '${TRAINS_SERVER_DEPLOYMENT_TYPE:-linux}' } : {}),
      ...prePopulate(release),
    },
    ports: ['8008:8008'],
  };
}

function prePopulate(release: ComposeRelease): Service {
  if (release === '0.16') {
    return {
      TRAINS__apiserver__pre_populate__enabled: 'true',
      TRAINS__apiserver__pre_populate__zip_files: '/opt/trains/db-pre-populate',
      TRAINS__apiserver__pre_populate__artifacts_path: '/mnt/fileserver',
    };
  }
  if (!isAtLeast(release, '0.14')) return {};
  return {
    TRAINS__apiserver__mongo__pre_populate__enabled: 'true',
    TRAINS__apiserver__mongo__pre_populate__zip_file: '/opt/trains/db-pre-populate/export.zip',
  };
}

function databases(release: ComposeRelease, directory: string): Record<string, Service> {
  const seven = release === '0.16';
  return {
    elasticsearch: {
      ...BACKEND,
      container_name: 'trains-elastic',
      environment: elasticSettings(release, '2g'),
      ulimits: { memlock: { soft: -1, hard: -1 }, nofile: { soft: 65536, hard: 65536 } },
      image: `docker.elastic.co/elasticsearch/elasticsearch:${seven ? '7.6.2' : '5.6.16'}`,
      restart: 'unless-stopped',
      volumes: [`${directory}/data/${seven ? 'elastic_7' : 'elastic'}:/usr/share/elasticsearch/data`],
      ports: ['9200:9200'],
    },
    mongo: {
      ...BACKEND,
      container_name: 'trains-mongo',
      image: 'mongo:3.6.5',
      restart: 'unless-stopped',
      command: '--setParameter internalQueryExecMaxBlockingSortBytes=196100200',
      volumes: [`${directory}/data/mongo/db:/data/db`, `${directory}/data/mongo/configdb:/data/configdb`],
      ports: ['27017:27017'],
    },
    ...(release === '0.11'
      ? {}
      : {
          redis: {
            ...BACKEND,
            container_name: 'trains-redis',
            image: 'redis:5.0',
            restart: 'unless-stopped',
            volumes: [`${directory}/data/redis:/data`],
            ports: ['6379:6379'],
          },
        }),
  };
}

// 7.x refuses these
const OLD_SETTINGS = {
  'script.inline': 'true',
  'script.painless.regex.enabled': 'true',
  'script.update': 'true',
  'thread_pool.bulk.queue_size': '2000',
  'thread_pool.search.queue_size': '10000',
};

function agent(directory: string): Service {
  const folder = `${directory}/agent:/root/.trains`;
  return {
    ...BACKEND,
    container_name: 'trains-agent-services',
    image: 'allegroai/trains-agent-services:latest',
    restart: 'unless-stopped',
    privileged: true,
    environment: {
      TRAINS_HOST_IP: '${TRAINS_HOST_IP}',
      TRAINS_WEB_HOST: '${TRAINS_WEB_HOST:-}',
      TRAINS_API_HOST: 'http://apiserver:8008',
      TRAINS_FILES_HOST: '${TRAINS_FILES_HOST:-}',
      TRAINS_API_ACCESS_KEY: '${TRAINS_API_ACCESS_KEY:-}',
      TRAINS_API_SECRET_KEY: '${TRAINS_API_SECRET_KEY:-}',
      TRAINS_AGENT_GIT_USER: '${TRAINS_AGENT_GIT_USER}',
      TRAINS_AGENT_GIT_PASS: '${TRAINS_AGENT_GIT_PASS}',
      TRAINS_AGENT_UPDATE_VERSION: '${TRAINS_AGENT_UPDATE_VERSION:->=0.15.0}',
      TRAINS_AGENT_DEFAULT_BASE_DOCKER: 'ubuntu:18.04',
      ...Object.fromEntries(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_DEFAULT_REGION'].map((name) => [name, `\${${name}:-}`])),
      AZURE_STORAGE_ACCOUNT: '${AZURE_STORAGE_ACCOUNT:-}',
      AZURE_STORAGE_KEY: '${AZURE_STORAGE_KEY:-}',
      GOOGLE_APPLICATION_CREDENTIALS: '${GOOGLE_APPLICATION_CREDENTIALS:-}',
      TRAINS_WORKER_ID: 'trains-services',
      TRAINS_AGENT_DOCKER_HOST_MOUNT: folder,
    },
    volumes: ['/var/run/docker.sock:/var/run/docker.sock', folder],
    depends_on: ['apiserver'],
  };
}

function isAtLeast(release: ComposeRelease, other: ComposeRelease): boolean {
  return Number(release.slice(2)) >= Number(other.slice(2));
}
