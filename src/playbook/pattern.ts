// Host patterns (`a:b:!c:&d`) and ranges (`web[01:20]`), as Ansible writes them.

/** What a pattern is held against. */
export interface Choice {
  readonly hosts: readonly string[];
  readonly groups: readonly string[];
  readonly hostsOf: (group: string) => readonly string[];
}

/** Most hosts that one name with ranges may stand for. */
const MOST = 10_000;

/** `web[01:20]`, `db[a:c]`, `n[0:10:2]`: each name it stands for; a name without a range stands for itself. Empty: a range that runs backwards or is too long. */
export function expandRange(name: string): readonly string[] {
  const match = /^(.*?)\[([^[\]:]+):([^[\]:]+)(?::(\d+))?\](.*)$/.exec(name);
  if (!match) return [name];
  const [, head = '', from = '', to = '', step = '1', tail = ''] = match;
  const tails = expandRange(tail);
  const values = valuesOf(from, to, Math.max(1, Number(step)));
  return values.length * tails.length > MOST ? [] : values.flatMap((value) => tails.map((rest) => `${head}${value}${rest}`));
}

function valuesOf(from: string, to: string, step: number): readonly string[] {
  if (/^\d+$/.test(from) && /^\d+$/.test(to)) {
    const width = from.startsWith('0') ? from.length : 0;
    const count = Math.min(MOST + 1, Math.floor((Number(to) - Number(from)) / step) + 1);
    return Array.from({ length: Math.max(0, count) }, (_, i) => String(Number(from) + i * step).padStart(width, '0'));
  }
  const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
  return Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, i) => String.fromCharCode(first + i * step));
}

/** The hosts that a pattern means, in the order of the inventory; `unknown` are its words that mean none. */
export function matchHosts(pattern: string, choice: Choice): { readonly hosts: readonly string[]; readonly unknown: readonly string[] } {
  const words = pattern
    .split(/[,:](?![^[]*\])/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const unknown: string[] = [];
  const of = (word: string): ReadonlySet<string> => {
    const found = wordHosts(word, choice);
    if (found.length === 0 && !choice.groups.includes(word) && word !== 'all' && word !== '*') unknown.push(word);
    return new Set(found);
  };
  const plain = words.filter((word) => !/^[!&]/.test(word)).map(of);
  const also = words.filter((word) => word.startsWith('&')).map((word) => of(word.slice(1)));
  const not = words.filter((word) => word.startsWith('!')).map((word) => of(word.slice(1)));
  const candidates = [
    ...choice.hosts,
    ...(plain.some((set) => set.has('localhost')) && !choice.hosts.includes('localhost') ? ['localhost'] : []),
  ];
  const hosts = candidates.filter(
    (host) =>
      (plain.length === 0 || plain.some((set) => set.has(host))) && also.every((set) => set.has(host)) && !not.some((set) => set.has(host)),
  );
  return { hosts, unknown };
}

function wordHosts(word: string, { hosts, groups, hostsOf }: Choice): readonly string[] {
  if (word === 'all' || word === '*') return hosts;
  if (groups.includes(word)) return hostsOf(word);
  if (hosts.includes(word) || word === 'localhost') return [word];
  if (!/[*?]/.test(word)) return [];
  const source = word
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const fits = new RegExp(`^${source}$`);
  return [...new Set([...hosts.filter((host) => fits.test(host)), ...groups.filter((group) => fits.test(group)).flatMap(hostsOf)])];
}
