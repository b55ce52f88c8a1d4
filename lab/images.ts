// The images of the lab: what each is made of, and making those that are not there yet.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isInstalled, run } from './command.ts';
import type { Docker } from './docker.ts';
import { LabError, UsageError } from './errors.ts';
import { installPackages, isDebian } from './packages.ts';
import { limit } from './pool.ts';
import type { Progress } from './progress.ts';
import { BUILDS, CACHE_DIR, IMAGES_DIR, NEWEST_BUILD, PREFIX } from './settings.ts';

export interface Image {
  readonly name: string;
  /** The folder under images/. */
  readonly folder: string;
  readonly from: string;
  /** The name hosts know it by; images without one are the lab's own. */
  readonly official?: string;
  /** For Elasticsearch and Mongo: the folder with pom.xml; Java sources are there and in the image's folder. */
  readonly jars?: string;
  /** The official image is as good or better, and is taken where a registry answers. */
  readonly pull?: boolean;
  readonly version?: string;
}

export const IMAGES: readonly Image[] = [
  { name: 'registry', folder: 'registry', from: 'base' },
  { name: 'java', folder: 'java', from: 'base' },
  { name: 'python', folder: 'python', from: 'base' },
  { name: 'host', folder: 'host', from: 'base' },
  elasticsearch('5.6.16'),
  elasticsearch('7.6.2'),
  { name: 'mongo', folder: 'mongo', from: 'java', jars: 'mongo', official: 'mongo:3.6.5', pull: true },
  { name: 'redis', folder: 'redis', from: 'base', official: 'redis:5.0', pull: true },
  ...[NEWEST_BUILD, ...Object.values(BUILDS)].map((version) => ({
    name: `trains-${version}`,
    folder: 'trains',
    from: 'python',
    official: `allegroai/trains:${version}`,
    version,
  })),
  { name: 'agent', folder: 'agent', from: 'base', official: 'allegroai/trains-agent-services:latest' },
];

function elasticsearch(version: string): Image {
  const official = `docker.elastic.co/elasticsearch/elasticsearch:${version}`;
  return {
    name: `elasticsearch-${version}`,
    folder: 'elasticsearch',
    from: 'java',
    jars: `elasticsearch/${version}`,
    official,
    pull: true,
  };
}

/** Whether official images can be had: asked once, and quickly, as a machine without a way out may let the question hang. */
export async function registryAnswers(): Promise<boolean> {
  const answer = await fetch('https://registry-1.docker.io/v2/', { signal: AbortSignal.timeout(4000) }).catch(() => undefined);
  return answer?.headers.has('docker-distribution-api-version') ?? false;
}

/** Image by name: the tag it has in the engine, as soon as it is there. */
export type Built = (name: string) => Promise<string>;

export class Builder {
  readonly #docker: Promise<Docker>;
  readonly #online: boolean;
  readonly #progress: Progress;
  readonly #made = new Map<string, Promise<string>>();
  readonly #base = new Map<string, Promise<string>>();
  readonly #jars = new Map<string, Promise<string>>();
  // two cores compile and unpack; more at once only makes each slower
  readonly #slot = limit(3);
  readonly #oneJar = limit(1);

  constructor(docker: Promise<Docker>, online: boolean, progress: Progress) {
    this.#docker = docker;
    this.#online = online;
    this.#progress = progress;
  }

  /** The tag of an image that is there when this resolves; asked twice, made once. */
  tag(name: string): Promise<string> {
    const found = this.#made.get(name) ?? this.#make(name);
    this.#made.set(name, found);
    return found;
  }

  /** Begins what needs no engine: a base system and the jars. For a machine whose engine is still being installed. */
  prepareIfEmpty(): void {
    if (this.#online || existsSync(join(CACHE_DIR, 'engine'))) return;
    this.#baseArchive().catch(() => {});
    for (const image of IMAGES) if (image.jars) this.#libraries(image).catch(() => {});
  }

  async #make(name: string): Promise<string> {
    const tag = `${PREFIX}/${name}:${await this.#hash(name)}`;
    const docker = await this.#docker;
    if ((await docker.try(['image', 'inspect', tag])).code === 0) return tag;
    const image = IMAGES.find((one) => one.name === name);
    if (image) await this.tag(image.from);
    await this.#progress.phase(`image ${name}`, async () => {
      if (!image) await this.#makeBase(docker, tag);
      else if (image.pull && this.#online) await this.#pull(docker, image.official!, tag);
      else await this.#build(docker, image, tag);
    });
    await this.#removeOlder(docker, name, tag);
    return tag;
  }

  /** Of everything that goes into the image: its own files, what it is built on, and how. */
  async #hash(name: string): Promise<string> {
    const image = IMAGES.find((one) => one.name === name);
    const hash = createHash('sha256').update(`${name} ${this.#online} ${process.arch}`);
    if (!image) return hash.update(BASE_OPTIONS.join(' ')).digest('hex').slice(0, 12);
    hash.update(await this.#hash(image.from));
    for (const file of await sources(image)) hash.update(file).update(await readFile(join(IMAGES_DIR, file)));
    return hash.digest('hex').slice(0, 12);
  }

  async #makeBase(docker: Docker, tag: string): Promise<void> {
    if (this.#online) return this.#pull(docker, 'debian:bookworm-slim', tag);
    const archive = await this.#baseArchive();
    await docker.run(['import', '--change', 'CMD ["bash"]', archive, tag]);
    await rm(archive);
  }

  async #pull(docker: Docker, official: string, tag: string): Promise<void> {
    await this.#slot(() => docker.run(['pull', '--quiet', official]));
    await docker.run(['tag', official, tag]);
  }

  async #build(docker: Docker, image: Image, tag: string): Promise<void> {
    const base = await this.tag(image.from);
    const context = join(CACHE_DIR, 'work', image.name);
    await rm(context, { recursive: true, force: true });
    await mkdir(context, { recursive: true });
    await cp(join(IMAGES_DIR, image.folder), context, { recursive: true });
    if (image.jars) await cp(await this.#libraries(image), context, { recursive: true });
    const args = ['--build-arg', `BASE=${base}`, ...(image.version ? ['--build-arg', `VERSION=${image.version}`] : [])];
    // the machine's own network: behind it are the package mirrors that the machine is set up for
    await this.#slot(() => docker.run(['build', '--quiet', '--network', 'host', ...args, '--tag', tag, context]));
    await rm(context, { recursive: true });
  }

  #baseArchive(): Promise<string> {
    return once(this.#base, 'base', async () => {
      if (!(await isDebian()) || process.getuid?.() !== 0) {
        throw new UsageError('no image registry answers: building the images instead needs root on Debian or Ubuntu');
      }
      if (!(await isInstalled('mmdebstrap'))) await installPackages(['mmdebstrap', 'debian-archive-keyring']);
      await mkdir(join(CACHE_DIR, 'work'), { recursive: true });
      const archive = join(CACHE_DIR, 'work', 'base.tar');
      await run(['mmdebstrap', '--quiet', ...BASE_OPTIONS, 'bookworm', archive]);
      return archive;
    });
  }

  /** A folder with lib/: jars by Maven, and one of the image's own Java sources, as a class archive takes no loose classes. */
  #libraries(image: Image): Promise<string> {
    return once(this.#jars, image.name, async () => {
      const out = join(CACHE_DIR, 'work', `${image.name}-jars`);
      await this.#oneJar(async () => {
        await rm(out, { recursive: true, force: true });
        const missing = [
          ...((await isInstalled('mvn')) ? [] : ['maven']),
          ...((await isInstalled('javac')) ? [] : ['default-jdk-headless']),
        ];
        if (missing.length > 0) await installPackages(missing);
        const pom = join(IMAGES_DIR, image.jars!, 'pom.xml');
        await run(['mvn', '-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${out}/lib`, '-DincludeScope=runtime']);
        const java = (await sources(image)).filter((file) => file.endsWith('.java')).map((file) => join(IMAGES_DIR, file));
        await run(['javac', '--release', '11', '-nowarn', '-d', `${out}/classes`, '-cp', `${out}/lib/*`, ...java]);
        await run(['jar', '--create', '--file', `${out}/lib/lab.jar`, '-C', `${out}/classes`, '.']);
        await rm(`${out}/classes`, { recursive: true });
      });
      return out;
    });
  }

  async #removeOlder(docker: Docker, name: string, tag: string): Promise<void> {
    const tags = (await docker.run(['images', '--format', '{{.Repository}}:{{.Tag}}', `${PREFIX}/${name}`])).trim().split('\n');
    for (const older of tags) if (older !== tag && older !== '') await docker.try(['rmi', older]);
  }
}

const BASE_OPTIONS = [
  '--variant=apt',
  '--dpkgopt=force-unsafe-io',
  ...['doc', 'man', 'locale', 'info'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
];

function once<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

/** The files an image is made of; of the folders for versions only its own. */
async function sources(image: Image): Promise<string[]> {
  const entries = await readdir(join(IMAGES_DIR, image.folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(IMAGES_DIR.length + 1));
  const others = IMAGES.map(({ jars }) => jars).filter((jars) => jars !== undefined && jars !== image.jars && jars !== image.folder);
  const own = files.filter((file) => !others.some((folder) => file.startsWith(`${folder}/`)));
  if (own.length === 0) throw new LabError(`${image.folder}: no files in ${IMAGES_DIR}; the checkout is not complete`);
  return own.sort();
}
