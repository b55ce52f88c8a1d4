// Collects what on a host tells the product's release: its API, images, version file, Elasticsearch. What could not be looked at says so.
import { messageOf } from '../base/errors.ts';
import { parseRelease } from '../base/release.ts';
import { type Docker, isMissing } from '../connections/docker.ts';
import { requestFrom } from '../connections/http.ts';
import type { Evidence } from '../releases/detection.ts';
import { APPLICATION_IMAGE, releasesOn } from '../releases/releases.ts';
import { type ComposeService, roleOf } from './compose_config.ts';
import { type ComposeProject, type ContainerSummary, containersOf, LABEL } from './compose_project.ts';
import type { Target } from './module.ts';

/** What is looked at: the services as the compose file has them, and their containers, running or not. */
export interface Server {
  readonly services: readonly ComposeService[];
  readonly containers: readonly ContainerSummary[];
  readonly docker: Docker;
}

/** Where the application lies in the product's images, by age. VERSION and BUILD tell the whole release; version.py, from 0.12 on, x.y.0. */
const APPLICATIONS = ['/opt/trains/server', '/opt/trains/apiserver', '/opt/clearml/apiserver'];

/** ms to wait for the API: a running one answers in a fraction of it. */
const API_PATIENCE = 10_000;

export async function collectEvidence(server: Server, target: Target): Promise<Evidence[]> {
  const application = server.services.find((service) => roleOf(service) === 'apiserver');
  const pieces = await Promise.all([
    askApi(server, target),
    application ? readImage(application, server) : [],
    application ? readVersionFile(application, server) : [],
    readElasticsearch(server),
  ]);
  return pieces.flat();
}

/** The API's address as seen from the host; '' where no port of it is published. */
export function apiUrl({ services, containers }: Pick<Server, 'services' | 'containers'>): string {
  const application = services.find((service) => roleOf(service) === 'apiserver');
  const running = application && containerOf(application, containers);
  const port =
    running?.ports.find(({ target }) => target === 8008)?.published ?? application?.ports.find(({ target }) => target === 8008)?.published;
  return port === undefined ? '' : `http://127.0.0.1:${port}`;
}

/** The container of a service: by its label, else by its name. undefined: there is none. */
export function containerOf(service: ComposeService, containers: readonly ContainerSummary[]): ContainerSummary | undefined {
  return containers.find(
    ({ labels, name }) => labels[LABEL.service] === service.name || (service.container !== '' && name === service.container),
  );
}

/** Those of the project, and those that carry the services' own names without being started by compose. */
export function serverContainers(
  project: ComposeProject,
  services: readonly ComposeService[],
  everything: readonly ContainerSummary[],
): ContainerSummary[] {
  const names = new Set(services.map(({ container }) => container).filter((name) => name !== ''));
  const own = containersOf(project, everything);
  return [...own, ...everything.filter((container) => names.has(container.name) && !own.includes(container))];
}

/**
 * What the running API answers to an endpoint that asks for no login: its `data`, or why there is none. undefined: it does not run.
 * Answers may hold the credentials of a guest: none is shown or logged whole.
 */
export async function callApi(
  endpoint: string,
  server: Pick<Server, 'services' | 'containers'>,
  target: Target,
): Promise<{ readonly data: Readonly<Record<string, unknown>> } | { readonly data?: undefined; readonly nothing: string } | undefined> {
  const application = server.services.find((service) => roleOf(service) === 'apiserver');
  if (!application || containerOf(application, server.containers)?.state !== 'running') return undefined;
  const url = apiUrl(server);
  if (url === '') return { nothing: 'the port 8008 is not published' };
  try {
    const signal = AbortSignal.any([target.signal, AbortSignal.timeout(API_PATIENCE)]);
    const answer = await requestFrom(target.connection, new URL(`${url}/${endpoint}`), { signal });
    if (answer.status !== 200) return { nothing: `it answers ${answer.status}` };
    const { data } = JSON.parse(answer.body.toString()) as { data?: Readonly<Record<string, unknown>> };
    return { data: data ?? {} };
  } catch (error) {
    target.signal.throwIfAborted();
    return { nothing: messageOf(error) };
  }
}

async function askApi(server: Server, target: Target): Promise<Evidence[]> {
  const answer = await callApi('server.info', server, target);
  if (!answer) return [];
  if (!answer.data) return [{ kind: 'api', source: 'server.info', says: `nothing: ${answer.nothing}` }];
  const release = [answer.data.version, answer.data.build].filter((part) => part !== undefined && part !== '').join('-');
  return [{ kind: 'api', source: 'server.info', says: release || 'no version', release: releaseIn(release) }];
}

async function readImage(application: ComposeService, { docker, containers }: Server): Promise<Evidence[]> {
  // the container's image, not what its name points to now: the name may have been pulled anew since
  const container = containerOf(application, containers);
  const image = container?.imageId ?? application.image;
  const source = container ? `image of ${container.name}` : `image ${application.image}`;
  const tag = releaseIn(/:([^:/@]+)$/.exec(application.image)?.[1] ?? '');
  const pinned: Evidence[] = tag ? [{ kind: 'image', source: 'image tag', says: application.image, release: tag }] : [];
  if (!APPLICATION_IMAGE.test(application.image) && pinned.length === 0) {
    return [{ kind: 'image', source, says: `nothing: ${application.image} is no image of the product` }];
  }
  const inspected = await orUndefined(() => docker.getImage(image).inspect());
  if (!inspected) return [...pinned, { kind: 'image', source, says: 'nothing: it is not on the host' }];
  const environment = new Map(
    (inspected.Config?.Env ?? []).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const labels = (inspected.Config?.Labels ?? {}) as Readonly<Record<string, string>>;
  const find = (what: 'VERSION' | 'BUILD') => environment.get(`CLEARML_SERVER_${what}`) ?? environment.get(`TRAINS_SERVER_${what}`);
  const version = find('VERSION') ?? labels['org.opencontainers.image.version'] ?? labels.version;
  if (!version) return pinned;
  const build = find('BUILD');
  const release = releaseIn(build && !version.includes('-') ? `${version}-${build}` : version);
  return [...pinned, { kind: 'image', source, says: release ?? version, release, image: application.image }];
}

async function readVersionFile(application: ComposeService, { docker, containers }: Server): Promise<Evidence[]> {
  const container = containerOf(application, containers);
  if (!container) return [];
  const read = (path: string) => readInContainer(path, container, docker);
  for (const directory of APPLICATIONS) {
    const version = (await read(`${directory}/VERSION`))?.trim();
    const build = version && !version.includes('-') ? (await read(`${directory}/BUILD`))?.trim() : undefined;
    const whole = releaseIn([version, build].filter(Boolean).join('-'));
    if (whole) return [{ kind: 'file', source: `${directory}/VERSION in ${container.name}`, says: whole, release: whole }];
    const said = /__version__\s*=\s*["']([^"']+)["']/.exec((await read(`${directory}/version.py`)) ?? '')?.[1];
    if (said) return [{ kind: 'file', source: `${directory}/version.py in ${container.name}`, says: said, release: releaseIn(said) }];
  }
  return [];
}

/** A small file of a container, running or not. undefined: it is not there. */
export async function readInContainer(path: string, { id }: ContainerSummary, docker: Docker): Promise<string | undefined> {
  const archive = await orUndefined(() => docker.getContainer(id).getArchive({ path }));
  if (!archive) return undefined;
  let text = '';
  for await (const piece of archive) text += String(piece);
  return text.slice(512).replaceAll('\0', ''); // a tar of one small file: its head, then the text as it is
}

async function readElasticsearch({ services, containers }: Server): Promise<Evidence[]> {
  const service = services.find((candidate) => roleOf(candidate) === 'elastic');
  if (!service) return [];
  const container = containerOf(service, containers);
  const images = [...new Set([service.image, ...(container ? [container.image] : [])])].filter((image) => !image.startsWith('sha256:'));
  return images.map((image): Evidence => {
    const major = Number(/:v?(\d+)\./.exec(image)?.[1]);
    const releases = Number.isNaN(major) ? undefined : releasesOn(major);
    const says = releases ? `${image} (${releases})` : `${image}, which no release is known to run on`;
    const source = image === service.image ? `service ${service.name} in the compose file` : `container ${container!.name}`;
    return { kind: 'elasticsearch', source, says, elasticsearch: Number.isNaN(major) ? undefined : major };
  });
}

const releaseIn = (text: string): string | undefined => (parseRelease(text) ? text.trim() : undefined);

/** undefined where Docker says 404; any other failure is one. */
async function orUndefined<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
