// The lab's registry and file server: where hosts pull images and fetch files, under the official names and with a CA of its own.
import { createHash } from 'node:crypto';
import type { Docker } from './docker.ts';
import { LabError } from './errors.ts';
import type { Builder } from './images.ts';
import { IMAGES } from './images.ts';
import { NEWEST_BUILD, PREFIX, SERVED_NAMES } from './settings.ts';

const NAME = `${PREFIX}-registry`;

/** Kept by `down`, as the images are: filling it is half of a first start. */
export const REGISTRY_VOLUME = `${PREFIX}-cache-registry`;

export interface Registry {
  readonly address: string;
  /** The certificate the hosts are to trust. */
  readonly authority: string;
}

export async function startRegistry(docker: Docker, image: string, subnet: string): Promise<Registry> {
  const found = await docker.try(['inspect', '--format', '{{.State.Running}} {{.Config.Image}}', NAME]);
  if (found.stdout.trim() !== `true ${image}`) {
    await docker.try(['rm', '-f', NAME]);
    const names = ['-e', `LAB_NAMES=${SERVED_NAMES.join(' ')}`];
    const place = ['--network', PREFIX, '--ip', `${subnet}.2`, '-p', '127.0.0.1::5000', '-v', `${REGISTRY_VOLUME}:/var/lib/lab`];
    await docker.run(['run', '-d', '--name', NAME, '--hostname', 'registry', ...names, ...place, image]);
  }
  const wait =
    'for i in $(seq 100); do (: </dev/tcp/127.0.0.1/443) 2>/dev/null && (: </dev/tcp/127.0.0.1/5000) 2>/dev/null && exec cat /var/lib/lab/tls/ca.crt; sleep 0.1; done; exit 1';
  const { code, stdout } = await docker.try(['exec', NAME, 'bash', '-c', wait]);
  if (code !== 0) throw new LabError(`${NAME} does not answer; see "docker logs ${NAME}"`);
  return { address: `${subnet}.2`, authority: stdout };
}

/** Brings an image into the registry under its official name, unless that very image is there already. */
export async function publishImage(docker: Docker, builder: Builder, name: string): Promise<void> {
  const image = IMAGES.find((one) => one.name === name)!;
  const tag = await builder.tag(name);
  for (const official of [image.official!, ...(image.version === NEWEST_BUILD ? ['allegroai/trains:latest'] : [])]) {
    const repository = repositoryOf(official);
    const mark = `/var/lib/lab/pushed/${repository.replaceAll('/', '_')}`;
    const known = await docker.try(['exec', NAME, 'cat', mark]);
    if (known.stdout.trim() === tag) continue;
    const port = (await docker.run(['port', NAME, '5000/tcp'])).trim().split('\n')[0]!.split(':').pop();
    const pushed = `127.0.0.1:${port}/${repository}`;
    await docker.run(['tag', tag, pushed]);
    await docker.run(['push', '--quiet', pushed]);
    await docker.run(['rmi', '--no-prune', pushed]);
    await docker.script(NAME, 'mkdir -p "${1%/*}" && echo "$2" > "$1"', [mark, tag]);
  }
}

/** Where Docker looks for a name: its registry's host is left off, and short names are under library/. */
export function repositoryOf(official: string): string {
  const parts = official.split('/');
  if (parts.length > 1 && parts[0]!.includes('.')) return parts.slice(1).join('/');
  return parts.length === 1 ? `library/${official}` : official;
}

/** Puts a file on the file server; the path begins with the site's name. */
export async function publishFile(docker: Docker, path: string, text: string): Promise<void> {
  await docker.script(NAME, 'mkdir -p "${1%/*}" && cat > "$1"', [`/var/lib/lab/files/${path}`], { input: text });
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
