// A server that is installed on the machine that the tests run on: real directories and a real shell, compose replaced by what it would
// print, and a Docker Engine that answers from a table.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { composeFile } from '../../lab/compose.ts';
import type { Facts } from '../../src/base/facts.ts';
import { connect } from '../../src/connections/connect.ts';
import type { Connection } from '../../src/connections/connection.ts';
import type { ServerReleaseArguments } from '../../src/modules/arguments.ts';
import type { Outputs, Target } from '../../src/modules/module.ts';
import { serverRelease } from '../../src/modules/server_release.ts';
import { type Answers, fakeEngine } from './engine.ts';
import { localAddress, localContext } from './local.ts';
import { normalFacts, scriptedTarget } from './scripted_connection.ts';

export interface Installation {
  /** the compose file, and what it comes to; `ROOT` stands for the installation's directory. 0.15's by default */
  readonly compose?: string;
  /** more files by their path below the directory; a path that ends with / is a directory */
  readonly files?: Readonly<Record<string, string>>;
  readonly containers?: readonly object[];
  /** what the engine answers besides the list of containers */
  readonly answers?: Answers;
  /** a shell script in place of the program docker; none by default */
  readonly docker?: string;
  /** environment of the application's image */
  readonly image?: readonly string[];
  readonly facts?: Partial<Facts>;
}

export interface Installed {
  readonly directory: string;
  readonly target: Target;
  look(args?: Partial<ServerReleaseArguments>): Promise<Outputs>;
  close(): Promise<void>;
}

/** 0.15's file of the lab with its directories below ROOT. */
export const stockFile = composeFile('0.15').replaceAll(/^(\s*- )\/opt\/trains\//gm, '$1ROOT/');

export async function install(installation: Installation = {}): Promise<Installed> {
  const directory = join(mkdtempSync(join(tmpdir(), 'switchyard-installed-')), 'trains');
  const compose = (installation.compose ?? stockFile).replaceAll('ROOT', directory);
  const files: Record<string, string> = {
    'docker-compose.yml': compose,
    'data/elastic/nodes/0/': '',
    'data/mongo/db/': '',
    'data/mongo/configdb/': '',
    'data/redis/': '',
    'config/': '',
    ...installation.files,
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, content.replaceAll('ROOT', directory));
  }
  const programs = mkdtempSync(join(tmpdir(), 'switchyard-programs-'));
  const scripts = {
    compose: `exec cat "${directory}/docker-compose.yml"`,
    docker: installation.docker ?? 'echo "docker: not there" >&2; exit 127',
  };
  for (const [name, script] of Object.entries(scripts)) writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const program = join(programs, 'compose');
  const image = { Id: 'i', Config: { Env: installation.image ?? ['TRAINS_SERVER_VERSION=0.15.1-367'] } };
  const engine = await fakeEngine({
    'GET /containers/json': JSON.parse(JSON.stringify(installation.containers ?? []).replaceAll('ROOT', directory)),
    'GET /images/allegroai/trains:latest/json': image,
    'GET /images/i/json': image,
    ...installation.answers,
  });
  const local = await connect(localAddress('trains-1'), localContext);
  const connection: Connection = {
    host: local.host,
    becomeUser: undefined,
    exec: (argv, options) => local.exec(argv, { ...options, env: { ...options?.env, PATH: `${programs}:${process.env.PATH}` } }),
    start: (argv, folder, options) => local.start(argv, folder, options),
    attach: (folder) => local.attach(folder),
    readFile: (path) => local.readFile(path),
    writeFile: (path, content, options) => local.writeFile(path, content, options),
    openSocket: (address) => engine.connection.openSocket(address),
    become: (user) => local.become(user),
    close: () => local.close(),
  };
  const target = scriptedTarget(connection, { facts: { compose: { command: [program], version: '1.29.2' }, ...installation.facts } });
  return {
    directory,
    target,
    look: async (args = {}) => {
      const found = await serverRelease.check({ project_dir: directory, ...args }, target);
      return (found as { outputs: Outputs }).outputs;
    },
    close: async () => {
      await engine.close();
      await local.close();
    },
  };
}

/** A container as the engine lists it: one of the project unless its labels say otherwise. */
export function listed(name: string, service: string, more: object = {}): object {
  const labels = {
    'com.docker.compose.project': 'trains',
    'com.docker.compose.project.working_dir': 'ROOT',
    'com.docker.compose.service': service,
  };
  return {
    Id: name,
    Names: [`/${name}`],
    State: 'running',
    Image: 'i',
    ImageID: 'i',
    Labels: service ? labels : {},
    Mounts: [],
    Ports: [],
    ...more,
  };
}

export const engineFacts = (more: Partial<Facts['docker']>): Partial<Facts> => ({ docker: { ...normalFacts.docker, ...more } });
