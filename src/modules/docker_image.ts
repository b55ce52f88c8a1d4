// Has images on the host, as new as the registry's where that is asked for; keeps a tag on what a name pointed to before.
import { messageOf, TaskError } from '../base/errors.ts';
import { type Docker, isMissing, openDocker } from '../connections/docker.ts';
import type { DockerImageArguments } from './arguments.ts';
import { layerProgress } from './image_progress.ts';
import type { CheckResult, Module, Outputs, Target } from './module.ts';

interface Image {
  /** with its tag or digest */
  readonly name: string;
  /** what the containers of that name run, else what the name pointed to before this run touched it; '' for nothing */
  readonly old_id: string;
  readonly new_id: string;
  /** the name that keeps the old image; '' where none was asked for or there is nothing to keep */
  readonly tagged: string;
}

/** `keep`: the old image is to be tagged, because a pull or an earlier run takes its name away. */
type Planned = Image & { readonly pull: boolean; readonly keep: boolean };

interface Detail {
  readonly images: readonly Planned[];
}

export const dockerImage: Module<DockerImageArguments, Detail> = {
  kind: 'state',
  // what is kept under a tag is what containers run
  concerns: (args) => ({ writes: namesOf(args).map((name) => `image ${name}`), reads: args.tag_old === undefined ? [] : ['containers'] }),
  check,
  apply,
  undo,
};

const namesOf = ({ name, names = [] }: DockerImageArguments) => [
  ...new Set([...(name === undefined ? [] : [name]), ...names].map(withTag)),
];

async function check(args: DockerImageArguments, target: Target): Promise<CheckResult<Detail>> {
  const docker = openDocker(target.connection, target.signal);
  const used = args.tag_old === undefined ? new Map<string, string>() : await readUsed(docker);
  const looked = await Promise.all(namesOf(args).map((name) => look(name, args, { docker, used: used.get(name) })));
  const reasons = looked.flatMap(({ why }) => why ?? []);
  const lost = looked.filter(({ why, keep }) => keep && why === undefined).map(({ image }) => `${image.name} as ${image.tagged}`);
  if (reasons.length === 0 && lost.length === 0) return { status: 'ok', outputs: { images: looked.map(({ image }) => image) } };
  const images = looked.map(({ image, why, keep }) => ({ ...image, pull: why !== undefined, keep }));
  const pull = reasons.length > 0 ? [`pull ${reasons.join(', ')}`] : [];
  const kept = lost.length > 0 ? [`keep what the containers run of ${lost.join(', ')}`] : [];
  return { status: 'changes', change: { summary: [...pull, ...kept].join('; '), detail: { images } } };
}

async function apply(_args: DockerImageArguments, { detail }: { detail: Detail }, target: Target): Promise<Outputs> {
  const docker = openDocker(target.connection, target.signal);
  const images: Image[] = [];
  for (const { pull, keep, ...image } of detail.images) {
    if (keep) await docker.getImage(image.old_id).tag(repositoryAndTag(image.tagged));
    if (!pull) {
      images.push(image);
      continue;
    }
    await pullImage(image.name, docker, target);
    images.push({ ...image, new_id: (await docker.getImage(image.name).inspect()).Id });
  }
  return { images };
}

/** The names point to the old images again. A name that pointed to nothing keeps the new image: nothing was lost by it. */
async function undo(_args: DockerImageArguments, outputs: Outputs, target: Target): Promise<void> {
  const docker = openDocker(target.connection, target.signal);
  for (const { name, old_id, new_id, tagged } of outputs.images as readonly Image[]) {
    if (old_id === '' || old_id === new_id || name.includes('@')) continue;
    await docker.getImage(tagged === '' ? old_id : tagged).tag(repositoryAndTag(name));
  }
}

/** The image that containers run, by the name they were made with: after a pull that name points to another one. Running ones count first. */
async function readUsed(docker: Docker): Promise<ReadonlyMap<string, string>> {
  const containers = await docker.listContainers({ all: true });
  const inspected = await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).inspect()));
  const ordered = inspected.sort((one, other) => Number(one.State.Running) - Number(other.State.Running));
  return new Map(ordered.map(({ Config, Image: id }) => [withTag(Config.Image), id]));
}

interface Looked {
  readonly image: Image;
  /** undefined where there is nothing to pull */
  readonly why?: string;
  readonly keep: boolean;
}

/** `used` is the image that containers of that name run; undefined for none. */
async function look(
  name: string,
  args: DockerImageArguments,
  { docker, used }: { docker: Docker; used: string | undefined },
): Promise<Looked> {
  const local = await inspect(name, docker);
  const tagged = args.tag_old === undefined || name.includes('@') ? '' : keptName(name, args.tag_old);
  // a run that was broken off after its pull finds here what the name pointed to before it
  const kept = tagged === '' ? undefined : await inspect(tagged, docker);
  const old = kept?.Id ?? used ?? local?.Id;
  const image: Image = { name, old_id: old ?? '', new_id: local?.Id ?? '', tagged: old === undefined ? '' : tagged };
  const pull = (why: string): Looked => ({ image, why: `${name} (${why})`, keep: image.tagged !== '' });
  if (!local) return pull('not on the host');
  // an earlier run that was broken off has pulled already: the name is the new image's, and nothing but the containers knows the old one
  const moved = tagged !== '' && kept === undefined && old !== local.Id;
  const stay: Looked = { image: kept || moved ? image : { ...image, tagged: '' }, keep: moved };
  const always = (args.pull ?? (name.endsWith(':latest') ? 'always' : 'missing')) === 'always';
  if (!always || name.includes('@')) return stay;
  try {
    const { Descriptor } = (await docker.getImage(name).distribution()) as { Descriptor: { digest: string } };
    const same = local.RepoDigests?.some((digest) => digest.endsWith(`@${Descriptor.digest}`));
    return same ? stay : pull('the registry has another one');
  } catch (error) {
    return pull(`the registry could not be asked: ${reasonOf(error)}`);
  }
}

async function pullImage(name: string, docker: Docker, target: Target): Promise<void> {
  const next = 'see whether the host reaches the registry, or load the image on the host with docker load';
  const failure = (error: unknown) => new TaskError(`${target.host}: cannot pull ${name}: ${reasonOf(error)}`, { next, cause: error });
  let stream: NodeJS.ReadableStream;
  try {
    stream = await docker.pull(name);
  } catch (error) {
    throw failure(error);
  }
  const progress = layerProgress();
  let told = 0;
  try {
    let rest = '';
    for await (const piece of stream) {
      const lines = (rest + String(piece)).split('\n');
      rest = lines.pop()!;
      for (const line of lines.filter((text) => text.trim() !== '')) progress.add(JSON.parse(line));
      if (Date.now() - told < 500) continue;
      told = Date.now();
      target.progress({ text: name, ...progress.sum(), unit: 'bytes' });
    }
    if (rest.trim() !== '') progress.add(JSON.parse(rest));
  } catch (error) {
    target.signal.throwIfAborted();
    throw failure(error);
  }
}

interface Inspected {
  readonly Id: string;
  readonly RepoDigests?: readonly string[];
}

/** undefined: there is no such image on the host. */
async function inspect(name: string, docker: Docker): Promise<Inspected | undefined> {
  try {
    return await docker.getImage(name).inspect();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Docker pulls every tag of a repository that is named without one. */
const withTag = (name: string) => (/[:@][^/]*$/.test(name) ? name : `${name}:latest`);

/** `repo:latest` is kept as `repo:suffix`, `repo:5.0` as `repo:5.0-suffix`: several tags of one repository stay apart. */
function keptName(name: string, suffix: string): string {
  const { repo, tag } = repositoryAndTag(name);
  return tag === 'latest' ? `${repo}:${suffix}` : `${repo}:${tag}-${suffix}`;
}

function repositoryAndTag(name: string): { repo: string; tag: string } {
  const colon = name.lastIndexOf(':');
  return { repo: name.slice(0, colon), tag: name.slice(colon + 1) };
}

/** Docker's own sentence, without the "(HTTP code 500) server error -" that the client puts before it. */
const reasonOf = (error: unknown) =>
  messageOf(error)
    .replace(/^\(HTTP code \d+\)[^-]*-\s*/, '')
    .trim();
