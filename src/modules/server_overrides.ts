// What compose files besides the main one hold on to: they stay when the main file is replaced, and can stop the new release or feed it old data.
import { parseYaml } from '../base/yaml.ts';
import { MOUNT_TARGETS, REFUSED_BY_ELASTICSEARCH_7, SERVICE_NAME } from '../releases/releases.ts';
import { list, plain, readEnvironment, readMount } from './compose_config.ts';
import type { ComposeProject } from './compose_project.ts';
import type { Target } from './module.ts';

/** `key` is image, build, volumes, or the name of a setting in the service's environment; `value` as it is written. */
export interface Pin {
  readonly file: string;
  readonly service: string;
  readonly key: string;
  readonly value: string;
}

type Plain = Readonly<Record<string, unknown>>;

/** What the new main file sets to 9200; without it 0.16 asks at 9211. */
const ELASTIC_PORT = 'TRAINS_ELASTIC_SERVICE_PORT';

/** In the order of the files. Files that are not there are passed over: compose has been asked before and would have said so. */
export async function findPins(project: ComposeProject, target: Target): Promise<Pin[]> {
  const [main, ...others] = await Promise.all(
    project.files.map(async (file) => {
      const content = await target.connection.readFile(file);
      return { file, services: plain(plain(parseYaml(content?.toString() ?? '', file).value).services) };
    }),
  );
  return others.flatMap(({ file, services }) =>
    Object.entries(services)
      .filter(([name]) => SERVICE_NAME.test(name) || Object.hasOwn(main!.services, name))
      .flatMap(([service, value]) => pinsOf(plain(value)).map((pin) => ({ file, service, ...pin }))),
  );
}

function pinsOf(service: Plain): { key: string; value: string }[] {
  const whole = ['image', 'build'].filter((key) => service[key] !== undefined).map((key) => ({ key, value: text(service[key]) }));
  const data = list(service.volumes)
    .map(readMount)
    .filter(({ target }) => MOUNT_TARGETS.elastic.some((one) => one === target))
    .map(({ source, target }) => ({ key: 'volumes', value: `${source}:${target}` }));
  const settings = Object.entries(readEnvironment(service.environment))
    .filter(([key, value]) => REFUSED_BY_ELASTICSEARCH_7.test(key) || (key === ELASTIC_PORT && value !== '9200'))
    .map(([key, value]) => ({ key, value }));
  return [...whole, ...data, ...settings];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
