// One file from the internet onto a host. Written aside, judged there, then renamed: a failure leaves what was there.
import { basename, dirname } from 'node:path/posix';
import { isMap } from '../base/data.ts';
import { messageOf, Refusal, TaskError } from '../base/errors.ts';
import { isError } from '../base/rules.ts';
import { parseYaml } from '../base/yaml.ts';
import { type Download, downloadByController, downloadByHost } from '../connections/download.ts';
import { showUrl } from '../connections/http.ts';
import type { GetUrlArguments } from './arguments.ts';
import { type Found, findPath, hashFile, run } from './host_files.ts';
import type { Module, Outputs, Target } from './module.ts';

interface Detail {
  readonly download: boolean;
  /** the file that stands there */
  readonly found: Found | undefined;
}

// On the disk before it has its name, and with the SELinux label of what it replaces.
const RENAME = `
if [ -e /sys/fs/selinux/enforce ] && [ -e "$2" ]; then chcon --reference="$2" -- "$1" || exit; fi
sync -- "$1" 2>/dev/null || sync
mv -f -- "$1" "$2"`;

/** Downloads a file unless it is there as declared. */
export const getUrl: Module<GetUrlArguments, Detail> = {
  kind: 'state',

  concerns: ({ dest }) => ({ writes: [dest], reads: [] }),

  async check(args, target) {
    const url = urlOf(args, target);
    const { dest } = args;
    const directory = await findPath(target, dirname(dest));
    if (directory?.kind !== 'directory') {
      const what = directory ? 'is not a directory' : 'is not there';
      // no Refusal: a step before may make it
      throw new TaskError(`${target.host}: ${dirname(dest)}, where ${basename(dest)} is to be written, ${what}`, {
        next: `mkdir -p ${dirname(dest)}`,
      });
    }
    const found = await findPath(target, dest);
    if (found && found.kind !== 'file') throw new Refusal(`${target.host}: ${dest} is there and is not a file`);
    const sha256 = found && (await hashFile(target, dest));
    const reason = sha256 && (await whyAgain(args, target, sha256));
    if (!found || reason) {
      const summary = found ? `replace ${dest} by ${showUrl(url)}: ${reason}` : `download ${showUrl(url)} to ${dest}`;
      return {
        status: 'changes',
        change: { summary, before: sha256, after: args.sha256?.toLowerCase(), detail: { download: true, found } },
      };
    }
    const wrong = wrongAttributes(args, found);
    if (wrong) return { status: 'changes', change: { summary: `set ${wrong} of ${dest}`, detail: { download: false, found } } };
    return { status: 'ok', outputs: { dest, sha256, bytes: found.bytes, created: false, backup: '' }, summary: `${dest} is there` };
  },

  async apply(args, { detail }, target) {
    if (detail.download) return replace(args, detail.found, target);
    await setAttributes(args, detail.found, args.dest, target);
    return outputsOf(args, target, { created: false, backup: '' });
  },

  async undo({ dest }, outputs, target) {
    const { created, backup, sha256 } = outputs;
    if (created !== true && !backup) return;
    const found = await findPath(target, dest);
    if (found && (await hashFile(target, dest)) !== sha256) {
      throw new TaskError(`${target.host}: ${dest} was changed after it was downloaded`, {
        state: `${dest} is left as it is`,
        next: backup ? `compare it with ${backup}` : `look at ${dest} and remove it by hand`,
      });
    }
    if (!backup) await run(target, ['rm', '-f', '--', dest], `cannot remove ${dest}`);
    else {
      const [path, aside] = await placesOf(target, dest, found);
      await run(target, ['cp', '-p', '--', String(backup), aside], `cannot copy ${backup} beside ${path}`);
      await run(target, ['sh', '-c', RENAME, 'sh', aside, path], `cannot put ${backup} back as ${path}`);
    }
  },
};

function urlOf({ url: text, allow_insecure = false }: GetUrlArguments, { host }: Target): URL {
  if (!URL.canParse(text)) throw new Refusal(`${host}: "${text}" is no url`, { next: 'write it in full, as https://example.com/file' });
  const url = new URL(text);
  if (url.username || url.password) throw new Refusal(`${host}: the url of ${url.host} holds a name or a password, which would be shown`);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && allow_insecure)) return url;
  throw new Refusal(`${host}: ${text} is not https`, {
    next: url.protocol === 'http:' ? 'use https, or give allow_insecure: true with a sha256' : undefined,
  });
}

/** Why a file that is there has to be downloaded again; undefined: it does not. */
async function whyAgain(args: GetUrlArguments, target: Target, sha256: string): Promise<string | undefined> {
  if (args.sha256) return sha256 === args.sha256.toLowerCase() ? undefined : 'its sha256 is another one';
  return args.force ? 'force is set' : whyUnfit(args, target, args.dest);
}

/** What is wrong with the form of a file; undefined: nothing. */
async function whyUnfit({ parse = 'none' }: GetUrlArguments, target: Target, path: string): Promise<string | undefined> {
  if (parse === 'none') return undefined;
  const text = (await target.connection.readFile(path))?.toString('utf8');
  if (text === undefined) throw new TaskError(`${target.host}: ${path} is gone while it was looked at`);
  if (parse === 'json') return whyNotJson(text);
  const { value, problems } = parseYaml(text, path);
  const problem = problems.find(isError);
  if (problem) return `it is not YAML (line ${problem.position.line}: ${problem.message})`;
  return parse === 'compose' && !isMap((value as { services?: unknown } | null | undefined)?.services)
    ? 'it is no compose file (it has no mapping services)'
    : undefined;
}

function whyNotJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `it is not JSON (${messageOf(error)})`;
  }
}

function wrongAttributes({ mode, owner }: GetUrlArguments, found: Found): string | undefined {
  const wrongMode = mode !== undefined && Number.parseInt(mode, 8) !== found.mode;
  const pairs = [found.ids, found.names].map((pair) => pair.split(':'));
  const wrongOwner = owner?.split(':').some((wanted, index) => pairs.every((pair) => pair[index] !== wanted));
  return [wrongMode && `mode ${mode}`, wrongOwner && `owner ${owner}`].filter(Boolean).join(' and ') || undefined;
}

async function replace(args: GetUrlArguments, found: Found | undefined, target: Target): Promise<Outputs> {
  const [path, aside] = await placesOf(target, args.dest, found);
  try {
    await download(args, target, aside);
    await judge(args, target, aside);
    await setAttributes(args, found, aside, target);
    const backup = found ? await keep(target, path) : '';
    await run(target, ['sh', '-c', RENAME, 'sh', aside, path], `cannot rename ${aside} to ${path}`);
    return await outputsOf(args, target, { created: !found, backup });
  } catch (error) {
    // a link that is lost, or a host that cannot remove a file, must not hide why the download failed
    await target.connection.exec(['rm', '-f', '--', aside]).catch(() => {});
    if (!(error instanceof TaskError)) throw error;
    throw new TaskError(error.message, {
      state: found ? `${path} is as it was` : `${path} was not written`,
      ...error.detail,
      cause: error,
    });
  }
}

/** The real path behind a symbolic link, and the name beside it under which the download is written. */
async function placesOf(target: Target, dest: string, found: Found | undefined): Promise<readonly [path: string, aside: string]> {
  const path = found ? (await run(target, ['readlink', '-f', '--', dest], `cannot resolve ${dest}`)).stdout.replace(/\n$/, '') : dest;
  return [path, `${dirname(path)}/.${basename(path)}.switchyard-${target.run.id}`];
}

async function download(args: GetUrlArguments, target: Target, path: string): Promise<void> {
  const { timeout = 600, allow_insecure: allowInsecure = false, via = 'host' } = args;
  const text = `download ${basename(args.dest)}`;
  const onBytes = (done: number, total: number | undefined) => target.progress({ text, done, total, unit: 'bytes' });
  const order: Download = { url: urlOf(args, target), path, timeout, allowInsecure, signal: target.signal, onBytes };
  target.progress({ text });
  await (via === 'host' ? downloadByHost(target.connection, order) : downloadByController(target.connection, order));
}

async function judge(args: GetUrlArguments, target: Target, path: string): Promise<void> {
  const sha256 = await hashFile(target, path);
  if (args.sha256 && sha256 !== args.sha256.toLowerCase()) {
    throw new TaskError(`${target.host}: what ${args.url} gave has the sha256 ${sha256}, expected ${args.sha256.toLowerCase()}`, {
      next: 'find out who changed the file before giving another sha256',
    });
  }
  const unfit = await whyUnfit(args, target, path);
  if (unfit) throw new TaskError(`${target.host}: what ${args.url} gave cannot be used: ${unfit}`);
}

async function setAttributes({ mode, owner }: GetUrlArguments, found: Found | undefined, path: string, target: Target): Promise<void> {
  const whose = owner ?? found?.ids;
  if (whose !== undefined) await run(target, ['chown', whose, '--', path], `cannot give ${path} to ${whose}`);
  const bits = mode ?? found?.mode.toString(8).padStart(4, '0') ?? '0644';
  await run(target, ['chmod', bits, '--', path], `cannot set mode ${bits} of ${path}`);
}

/** Copies the file that is about to be replaced into the run's own folder, under a name no other content has. */
async function keep(target: Target, path: string): Promise<string> {
  const directory = `${target.run.directory}/replaced`;
  const copy = `${directory}/${basename(path)}.${(await hashFile(target, path)).slice(0, 12)}`;
  const script = 'umask 077; mkdir -p -- "$1" && cp -p -- "$2" "$3"';
  await run(target, ['sh', '-c', script, 'sh', directory, path, copy], `cannot keep a copy of ${path}`);
  return copy;
}

async function outputsOf(
  { dest }: GetUrlArguments,
  target: Target,
  more: { readonly created: boolean; readonly backup: string },
): Promise<Outputs> {
  const sha256 = await hashFile(target, dest);
  const found = await findPath(target, dest);
  return { dest, sha256, bytes: found?.bytes ?? 0, ...more };
}
