// How a host is to be reached, from the variables an inventory gives it. Pure: no file is looked at.
import { UsageError } from '../base/errors.ts';

export interface HostAddress {
  /** the inventory's name */
  readonly name: string;
  readonly connection: 'ssh' | 'local';
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** ssh's own password; keys are tried first */
  readonly password?: string;
  /** undefined: the usual keys of the home directory, as far as they exist */
  readonly privateKeyFile?: string;
  readonly knownHostsFiles: readonly string[];
  /** present: every command runs as this user */
  readonly become?: { readonly user: string; readonly method: string; readonly password?: string };
  /** sudo's password for the steps that become on their own; `become.password` where that is given */
  readonly becomePassword?: string;
  /** what was said about this host and is not understood, as sentences */
  readonly notes?: readonly string[];
}

/** Of the runner's own machine and command line. */
export interface AddressDefaults {
  readonly home: string;
  readonly user: string;
  readonly privateKeyFile?: string;
  readonly password?: string;
  readonly becomePassword?: string;
}

/** Throws a UsageError for what cannot be done as written: another kind of connection or become, or host keys that are not to be checked. */
export function addressOf(name: string, vars: Readonly<Record<string, unknown>>, defaults: AddressDefaults): HostAddress {
  const home = (path: string): string => path.replace(/^~(?=\/|$)/, defaults.home).replaceAll('%d', defaults.home);
  const text = (key: string): string | undefined => textOf(name, key, vars[key]);
  const given = readArguments(
    name,
    ['ansible_ssh_common_args', 'ansible_ssh_extra_args'].flatMap((key) => words(text(key) ?? '')),
  );
  const keyFile = text('ansible_ssh_private_key_file') ?? given.options.get('identityfile') ?? defaults.privateKeyFile;
  const known = given.options.get('userknownhostsfile');
  return {
    name,
    connection: kindOf(name, text('ansible_connection') ?? 'ssh'),
    address: text('ansible_host') ?? given.options.get('hostname') ?? name,
    port: portOf(name, text('ansible_port') ?? given.options.get('port') ?? '22'),
    user: text('ansible_user') ?? given.options.get('user') ?? defaults.user,
    password: text('ansible_password') ?? text('ansible_ssh_pass') ?? defaults.password,
    privateKeyFile: keyFile === undefined ? undefined : home(keyFile),
    knownHostsFiles: known === undefined ? [`${defaults.home}/.ssh/known_hosts`, '/etc/ssh/ssh_known_hosts'] : words(known).map(home),
    ...becomeOf(name, vars, { text, password: defaults.becomePassword }),
    notes: given.notes,
  };
}

function textOf(name: string, key: string, value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null) throw new UsageError(`${name}: ${key} must be a text`);
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

function becomeOf(
  name: string,
  vars: Readonly<Record<string, unknown>>,
  { text, password: asked }: { readonly text: (key: string) => string | undefined; readonly password: string | undefined },
): Partial<HostAddress> {
  const method = text('ansible_become_method') ?? 'sudo';
  const password = text('ansible_become_password') ?? text('ansible_become_pass') ?? asked;
  const wanted = vars.ansible_become === true || /^(true|yes|on|1)$/i.test(text('ansible_become') ?? '');
  if (method !== 'sudo') throw new UsageError(`${name}: ansible_become_method is ${method}; only sudo is known`);
  if (!wanted) return { becomePassword: password };
  return { become: { user: text('ansible_become_user') ?? 'root', method, password }, becomePassword: password };
}

function kindOf(name: string, kind: string): 'ssh' | 'local' {
  if (kind === 'local') return 'local';
  if (['ssh', 'smart', 'paramiko', 'paramiko_ssh'].includes(kind)) return 'ssh';
  throw new UsageError(`${name}: ansible_connection is ${kind}; ssh and local are known`);
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`${name}: ansible_port is ${text}, not a port number`);
}

interface Arguments {
  /** by lower-case name, as ssh_config knows them; the first one given holds, as with ssh */
  readonly options: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

const LETTERS: Readonly<Record<string, string>> = { '-p': 'port', '-i': 'identityfile', '-l': 'user' };
const KNOWN = new Set(['userknownhostsfile', 'port', 'identityfile', 'user', 'hostname', 'stricthostkeychecking']);
// Of no consequence here: how ssh's own program shares, keeps and shows connections.
const PASSED_OVER =
  /^(control.*|serveralive.*|loglevel|batchmode|connecttimeout|identitiesonly|compression|preferredauthentications|requesttty)$/;

function readArguments(host: string, all: readonly string[]): Arguments {
  const options = new Map<string, string>();
  const notes: string[] = [];
  for (let i = 0; i < all.length; i++) {
    const word = all[i] ?? '';
    const letter = word.slice(0, 2);
    const takesValue = letter === '-o' || LETTERS[letter] !== undefined;
    const value = takesValue ? word.slice(2) || (all[++i] ?? '') : '';
    const [key = '', setting = ''] = letter === '-o' ? splitOption(value) : [LETTERS[letter] ?? '', value];
    if (key === 'stricthostkeychecking' && /^(no|off)$/i.test(setting)) {
      throw new UsageError(
        `${host}: StrictHostKeyChecking=${setting} is not done: host keys are always checked; add the host's key to a known_hosts file`,
      );
    }
    if (takesValue && KNOWN.has(key)) options.set(key, options.get(key) ?? setting);
    else if (!PASSED_OVER.test(key))
      notes.push(`${host}: ssh argument ${letter === '-o' ? `-o ${value}` : word} is not understood and passed over`);
  }
  return { options, notes };
}

function splitOption(option: string): [string, string] {
  const [, key = '', value = ''] = /^\s*([^\s=]+)\s*[=\s]\s*(.*)$/s.exec(option) ?? [undefined, option];
  return [key.toLowerCase(), value.replace(/^"(.*)"$/s, '$1')];
}

// Words as a shell parts them, as far as quotes go.
function words(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
