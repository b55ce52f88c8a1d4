// Inventories that a program prints: the JSON of `ansible-inventory --list`, with the variables of every host under _meta.
import { type Data, isMap } from '../../base/data.ts';
import type { Position } from '../../base/errors.ts';
import { type Path, parseYaml, type YamlDocument } from '../../base/yaml.ts';
import type { Collector, Given, Source } from './collector.ts';
import { variableFaults } from './variables.ts';

/** Places are those in what it printed, under the name `FILE --list`. */
export function readProgramInventory(output: string, source: Source, collector: Collector): void {
  new OutputReader(output, source, collector).read();
}

class OutputReader {
  readonly #output: string;
  readonly #source: Source;
  readonly #name: string;
  readonly #collector: Collector;
  #document: YamlDocument | undefined;

  constructor(output: string, source: Source, collector: Collector) {
    this.#output = output;
    this.#source = source;
    this.#name = `${source.name} --list`;
    this.#collector = collector;
  }

  read(): void {
    const data = this.#parse();
    if (data === undefined) return;
    const { _meta: meta, ...groups } = data;
    for (const [group, body] of Object.entries(groups)) this.#group(group, body);
    const hostvars = isMap(meta) ? meta.hostvars : undefined;
    if (!isMap(hostvars))
      return void this.#fail(['_meta', 'hostvars'], 'the output has no map _meta.hostvars', 'print one, empty where no host has variables');
    const listed = new Set(Object.values(groups).flatMap(hostsOf));
    for (const [host, vars] of Object.entries(hostvars)) {
      const path = ['_meta', 'hostvars', host];
      if (!isMap(vars)) this.#fail(path, `the variables of ${host} must be a map`);
      else if (listed.has(host)) this.#hostVars(host, { vars, positionOf: (name) => this.#place([...path, name]) });
    }
  }

  /** By the standard's parser, which is many times faster than the one that knows places. */
  #parse(): Data | undefined {
    try {
      const data: unknown = JSON.parse(this.#output);
      if (isMap(data)) return data;
      this.#fail([], 'the output must be a map of groups');
    } catch {
      const [problem] = parseYaml(this.#output, this.#name).problems;
      const position = problem?.position ?? this.#place([]);
      this.#collector.report({ rule: 'inventory-program', position, message: 'the output is no JSON' });
    }
    return undefined;
  }

  #group(group: string, body: unknown): void {
    const { hosts = [], children = [], vars = {} } = isMap(body) ? body : { hosts: body };
    this.#collector.addGroup(group);
    if (!Array.isArray(hosts)) this.#fail([group, 'hosts'], `the hosts of ${group} must be a list`);
    else if (!Array.isArray(children)) this.#fail([group, 'children'], `the children of ${group} must be a list`);
    else if (!isMap(vars)) this.#fail([group, 'vars'], `the variables of ${group} must be a map`);
    else {
      for (const [i, host] of hosts.entries())
        this.#collector.addHost(String(host), group, { source: this.#source, place: () => this.#place([group, 'hosts', i]) });
      for (const [i, child] of children.entries()) {
        this.#collector.addGroup(String(child));
        this.#collector.addChild(group, String(child), () => this.#place([group, 'children', i]));
      }
      const given = { vars, positionOf: (name: string) => this.#place([group, 'vars', name]) };
      this.#collector.problems.push(...variableFaults(given));
      this.#collector.giveGroup(group, given);
    }
  }

  #hostVars(host: string, given: Given): void {
    this.#collector.problems.push(...variableFaults(given));
    this.#collector.giveHost(host, given);
  }

  #fail(path: Path, message: string, hint?: string): void {
    this.#collector.report({ rule: 'inventory-program', position: this.#place(path), path, message, hint });
  }

  #place(path: Path): Position {
    this.#document ??= parseYaml(this.#output, this.#name);
    return this.#document.positionOf(path, 'key');
  }
}

function hostsOf(body: unknown): readonly string[] {
  const hosts = isMap(body) ? body.hosts : body;
  return Array.isArray(hosts) ? hosts.map(String) : [];
}
