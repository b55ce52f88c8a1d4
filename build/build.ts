// npm run build: src/ becomes dist/, one program with the small libraries, the schemas as functions, and the code that V8 makes of it all.
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { compiledValidators } from './validators.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Loaded from node_modules when a host is reached: they are large, have parts in C++, or look for files beside themselves. */
const LEFT_OUT = ['ssh2', 'dockerode', '@elastic/elasticsearch', 'listr2'];

/** What is run for V8 to make code of: the code of what it does not come to is made when it is needed, as ever. */
const REMEMBERED = ['validate', 'playbooks/trains-0.16.yml', '-i', 'inventories/several-hosts.yml'];

const schemas: Plugin = {
  name: 'schemas',
  setup: ({ onLoad }) => {
    const filter = /\/src\/playbook\/validators\.ts$/;
    onLoad({ filter }, ({ path }) => ({ contents: compiledValidators(), loader: 'js', resolveDir: resolve(path, '..') }));
  },
};

/** `process` is there without its module, which opens all three streams; commander would start programs as commands, and here are none. */
const lean: Plugin = {
  name: 'lean',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?process$/ }, () => ({ path: 'process', namespace: 'lean' }));
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/commander/') ? { path: 'none', namespace: 'lean' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({ contents: `module.exports = ${path === 'process' ? path : '{}'};` }));
  },
};

const COMMON: BuildOptions = { absWorkingDir: ROOT, bundle: true, platform: 'node', target: 'node22.18', logLevel: 'warning' };

/** Writes the program into a directory that is emptied before. It runs where package.json and schemas/ are beside that directory. */
export async function buildProgram(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const program = join(directory, 'program/program.cjs'); // as deep as the rooms of src/: what they find by import.meta.url, they find from there
  const { metafile } = await build({
    ...COMMON,
    entryPoints: ['src/cli.ts'],
    outfile: program,
    format: 'cjs',
    external: LEFT_OUT,
    plugins: [schemas, lean],
    minifyWhitespace: true,
    lineLimit: 120, // for the places in a stack
    define: { 'import.meta.url': 'programUrl' },
    banner: { js: '(function (require, programUrl) {' },
    footer: { js: '})' },
    metafile: true,
  });
  const start = join(directory, 'cli.js');
  await build({
    ...COMMON,
    entryPoints: ['src/start.ts'],
    outfile: start,
    format: 'cjs',
    define: { 'import.meta.filename': '__filename' },
  });
  writeFileSync(join(directory, 'package.json'), '{ "type": "commonjs" }\n'); // to import node:fs, a module loads streams that nobody asks for
  chmodSync(start, 0o755);
  writeFileSync(join(directory, 'LICENSES'), licencesOf(metafile));
  remember(program);
}

/** In a process of its own, for the program ends its process. */
function remember(program: string): void {
  const args = [join(import.meta.dirname, 'remember.ts'), program, ...REMEMBERED];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`switchyard ${REMEMBERED.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}

/** The licences of the libraries that came along, as each of them asks for. */
function licencesOf({ inputs }: Metafile): string {
  const names = Object.keys(inputs).flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)]
    .sort()
    .map((name) => {
      const file = readdirSync(join(ROOT, 'node_modules', name)).find((entry) => /^licen[sc]e/i.test(entry));
      if (file === undefined) throw new Error(`${name} has no licence to go with it`);
      return `${name}\n\n${readFileSync(join(ROOT, 'node_modules', name, file), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

if (import.meta.main) await buildProgram(join(ROOT, 'dist'));
