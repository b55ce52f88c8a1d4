// `lab status`: one line a host, of what is there now rather than of what was once made.
import type { Docker } from './docker.ts';
import { containerOf } from './host.ts';
import type { HostState } from './state.ts';

export async function describeHost(docker: Docker, host: HostState): Promise<string> {
  const name = containerOf(host.number);
  const head = `lab-${host.number}  ${host.kind.padEnd(14)}  ssh 127.0.0.1:${host.port}`;
  const state = (await docker.try(['inspect', '--format', '{{.State.Status}}', name])).stdout.trim();
  if (state !== 'running') return `${head}  ${state || 'gone'}; next: npm run lab -- up`;
  const { stdout } = await docker.try(['exec', name, 'bash', '-c', LOOK], { seconds: 20 });
  const [containers = '0', version = '', documents = ''] = stdout.trim().split('|');
  const release = version === '' ? 'Trains does not answer' : `Trains ${version}`;
  return `${head}  ${release}  ${containers} containers up  ${documents === '' ? 'Elasticsearch does not answer' : `${documents} documents`}`;
}

const LOOK = `
containers=$(docker ps --format '{{.Names}}' | grep -cE '^(trains|clearml)-')
version=$(curl -s -m 5 localhost:8008/server.info | sed -n 's/.*"version": *"\\([^"]*\\)".*/\\1/p')
documents=$(curl -s -m 5 localhost:9200/_cat/count?h=count | tr -d '[:space:]')
echo "$containers|$version|$documents"`;
