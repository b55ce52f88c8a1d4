// Plain scalars as YAML 1.1 reads them, and with it Ansible. As tags of the library yaml, and as words about where YAML 1.2 reads otherwise.

const YES = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const NO = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const SIXTIES = '(?::[0-5]?\\d)+';
const INTEGER = new RegExp(`^[-+]?(?:0b[01_]+|0[0-7_]+|0x[\\dA-Fa-f_]+|0|[1-9][\\d_]*(?:${SIXTIES})?)$`);
const FLOAT = new RegExp(`^(?:[-+]?\\d[\\d_]*(?:\\.[\\d_]*(?:[eE][-+]\\d+)?|${SIXTIES}\\.[\\d_]*)|\\.\\d[\\d_]*(?:[eE][-+]\\d+)?)$`);
const INFINITE = /^[-+]?\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;

interface ScalarTag {
  readonly tag: string;
  readonly default: true;
  readonly test: RegExp;
  readonly resolve: (text: string) => unknown;
}

const tag = (kind: string, test: RegExp, resolve: ScalarTag['resolve']): ScalarTag => ({
  tag: `tag:yaml.org,2002:${kind}`,
  default: true,
  test,
  resolve,
});

/** To be added to the schema `failsafe` of the library yaml. A whole number too large to be kept stays text. */
export const ANSIBLE_SCALARS: readonly ScalarTag[] = [
  tag('null', NULL, () => null),
  tag('bool', YES, () => true),
  tag('bool', NO, () => false),
  tag('int', INTEGER, (text) => (Number.isSafeInteger(integer(text)) ? integer(text) : text)),
  tag('float', FLOAT, (text) => (text.includes(':') ? sixties(text) : Number(text.replaceAll('_', '')))),
  tag('float', INFINITE, (text) => (text.startsWith('-') ? -Infinity : Infinity)),
  tag('float', NOT_A_NUMBER, () => Number.NaN),
];

/** What a plain scalar is read as, where YAML 1.2 would read it as something else. */
export function otherReading(text: string): unknown {
  const isWord = /^(?:yes|no|on|off)$/i.test(text) && (YES.test(text) || NO.test(text));
  const isNumber = (INTEGER.test(text) || FLOAT.test(text)) && /^[-+]?0[\db_]|[_:]/.test(text);
  const isText = /^(?:0o[0-7]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)[eE][-+]?\d+)$/.test(text) && !FLOAT.test(text);
  if (isText) return text;
  return isWord || isNumber ? ANSIBLE_SCALARS.find(({ test }) => test.test(text))?.resolve(text) : undefined;
}

function integer(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  if (digits.includes(':')) return sixties(text);
  return sign * Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
}

/** 12:30 is 12 times 60 and 30, as minutes and seconds. */
function sixties(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const parts = text.replace(/^[-+]/, '').replaceAll('_', '').split(':');
  return sign * parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}
