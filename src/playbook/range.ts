// Names with ranges (`web[01:20]`, `db[a:c]`, `n[0:10:2]`), as Ansible writes them.

/** Each name that was meant, or the rest of a sentence about the name: why it stands for none. */
export type Expanded = { readonly names: readonly string[] } | { readonly fault: string };

/** Most hosts that one name may stand for. */
const MOST = 10_000;

/** Of a name with its ranges. */
const LONGEST = 1_000;

/** The letters in the order in which a range goes through them. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A name without brackets stands for itself; with several ranges the last one runs fastest. */
export function expandRange(name: string): Expanded {
  const open = name.indexOf('[');
  if (open < 0) return { names: [name] };
  if (name.length > LONGEST) return { fault: 'is too long for the name of a host' };
  const close = name.indexOf(']');
  if (close < open) return { fault: close < 0 ? 'has a [ that is not closed' : 'has a ] that closes nothing' };
  const values = valuesOf(name.slice(open + 1, close));
  if ('fault' in values) return values;
  const tails = expandRange(name.slice(close + 1));
  if ('fault' in tails) return tails;
  if (values.names.length * tails.names.length > MOST) return { fault: TOO_MANY };
  const head = name.slice(0, open);
  return { names: values.names.flatMap((value) => tails.names.map((tail) => `${head}${value}${tail}`)) };
}

const TOO_MANY = 'stands for more than 10,000 hosts'; // MOST; toLocaleString would load all of Intl, a sixth of the time to validate

function valuesOf(range: string): Expanded {
  const bounds = range.split(':');
  const [first = '', to = '', step = '1'] = bounds;
  const from = first || '0';
  if (bounds.length < 2 || bounds.length > 3 || to === '') return { fault: 'has a range that is not [from:to] or [from:to:step]' };
  if (!/^\d+$/.test(step) || Number(step) === 0) return { fault: `has the step ${step || '""'}, which is no whole number from 1 on` };
  if (LETTERS.includes(from) && LETTERS.includes(to) && from.length + to.length === 2)
    return counted([LETTERS.indexOf(from), LETTERS.indexOf(to), Number(step)], (index) => LETTERS.charAt(index));
  if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) return { fault: 'has a range that is not from number to number or from letter to letter' };
  if (from.startsWith('0') && from.length > 1 && from.length !== to.length)
    return { fault: `has a range from ${from} to ${to}: with a leading 0 both have to be equally long` };
  const width = from.startsWith('0') ? from.length : 0;
  return counted([Number(from), Number(to), Number(step)], (number) => String(number).padStart(width, '0'));
}

function counted([from, to, step]: readonly [number, number, number], write: (value: number) => string): Expanded {
  if (from > to) return { fault: 'has a range that runs backwards' };
  const count = Math.floor((to - from) / step) + 1;
  return count > MOST ? { fault: TOO_MANY } : { names: Array.from({ length: count }, (_, i) => write(from + i * step)) };
}
