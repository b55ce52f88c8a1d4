// The compose files of the hosts: in services, names, ports, volumes and variables those of each release, written anew.
import { stringify } from 'yaml';
import type { Release } from './settings.ts';

type Service = Readonly<Record<string, unknown>>;
export type ComposeRelease = Release | '0.16';

const CONFIG = '/opt/trains/config:/opt/trains/config';
const LOGS = '/opt/trains/logs:/var/log/trains';
const FILES = '/opt/trains/data/fileserver:/mnt/fileserver';
const APPLICATION = { image: 'allegroai/trains:latest', restart: 'unless-stopped' };
const BACKEND = { networks: ['backend'] };

/** The file as its users have it, at /opt/trains/docker-compose.yml. */
export function composeFile(release: ComposeRelease): string {
  const services: Record<string, Service> = {
    apiserver: apiserver(release),
    elasticsearch: elasticsearch(release),
    fileserver: {
      ...BACKEND,
      ...APPLICATION,
      command: ['fileserver'],
      container_name: 'trains-fileserver',
      volumes: [LOGS, FILES, ...(isAtLeast(release, '0.15') ? [CONFIG] : [])],
      ports: ['8081:8081'],
    },
    mongo: {
      ...BACKEND,
      container_name: 'trains-mongo',
      image: 'mongo:3.6.5',
      restart: 'unless-stopped',
      command: '--setParameter internalQueryExecMaxBlockingSortBytes=196100200',
      volumes: ['/opt/trains/data/mongo/db:/data/db', '/opt/trains/data/mongo/configdb:/data/configdb'],
      ports: ['27017:27017'],
    },
    redis: {
      ...BACKEND,
      container_name: 'trains-redis',
      image: 'redis:5.0',
      restart: 'unless-stopped',
      volumes: ['/opt/trains/data/redis:/data'],
      ports: ['6379:6379'],
    },
    // not on the network of the others: so it was up to 0.16
    webserver: {
      ...APPLICATION,
      command: ['webserver'],
      container_name: 'trains-webserver',
      ...(isAtLeast(release, '0.15') ? {} : { volumes: [LOGS] }),
      depends_on: ['apiserver'],
      ports: ['8080:80'],
    },
  };
  if (isAtLeast(release, '0.15')) services['agent-services'] = AGENT;
  return stringify(
    { version: '3.6', services, networks: { backend: { driver: 'bridge' } } },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** What a host of the lab must lower, as an override beside the file: real hosts have such files, and the runner must honour them. */
export function overrideFile(heap: string): string {
  const services = {
    elasticsearch: {
      environment: { ES_JAVA_OPTS: `-Xms${heap} -Xmx${heap}` },
      ulimits: { memlock: { soft: 65536, hard: 65536 }, nofile: { soft: 16384, hard: 16384 } },
    },
  };
  return `# Read by docker-compose after docker-compose.yml. This host is a container on a small machine, so two things are lowered:
# - the heap, as several Elasticsearch servers share the machine's memory (the file says 2g);
# - the limits, as raising one wants CAP_SYS_RESOURCE, which a container may not have (the file says unlimited and 65536).
version: "3.6"
${stringify({ services })}`;
}

function apiserver(release: ComposeRelease): Service {
  return {
    ...BACKEND,
    ...APPLICATION,
    command: ['apiserver'],
    container_name: 'trains-apiserver',
    volumes: [LOGS, CONFIG, ...(release === '0.16' ? [FILES] : [])],
    depends_on: ['redis', 'mongo', 'elasticsearch', 'fileserver'],
    environment: {
      TRAINS_ELASTIC_SERVICE_HOST: 'elasticsearch',
      TRAINS_ELASTIC_SERVICE_PORT: 9200,
      TRAINS_MONGODB_SERVICE_HOST: 'mongo',
      TRAINS_MONGODB_SERVICE_PORT: 27017,
      TRAINS_REDIS_SERVICE_HOST: 'redis',
      TRAINS_REDIS_SERVICE_PORT: 6379,
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
  if (release === '0.13') return {};
  return {
    TRAINS__apiserver__mongo__pre_populate__enabled: 'true',
    TRAINS__apiserver__mongo__pre_populate__zip_file: '/opt/trains/db-pre-populate/export.zip',
  };
}

function elasticsearch(release: ComposeRelease): Service {
  const seven = release === '0.16';
  return {
    ...BACKEND,
    container_name: 'trains-elastic',
    environment: {
      ES_JAVA_OPTS: '-Xms2g -Xmx2g',
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
    },
    ulimits: { memlock: { soft: -1, hard: -1 }, nofile: { soft: 65536, hard: 65536 } },
    image: `docker.elastic.co/elasticsearch/elasticsearch:${seven ? '7.6.2' : '5.6.16'}`,
    restart: 'unless-stopped',
    volumes: [`/opt/trains/data/${seven ? 'elastic_7' : 'elastic'}:/usr/share/elasticsearch/data`],
    ports: ['9200:9200'],
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

const AGENT: Service = {
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
    TRAINS_AGENT_DOCKER_HOST_MOUNT: '/opt/trains/agent:/root/.trains',
  },
  volumes: ['/var/run/docker.sock:/var/run/docker.sock', '/opt/trains/agent:/root/.trains'],
  depends_on: ['apiserver'],
};

function isAtLeast(release: ComposeRelease, other: ComposeRelease): boolean {
  return Number(release.slice(2)) >= Number(other.slice(2));
}
