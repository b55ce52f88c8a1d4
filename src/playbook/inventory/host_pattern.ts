// The names under which inventories list hosts: a range, a port after a colon, an address of IPv4 or IPv6, as Ansible takes them apart.
import { expandRange } from '../range.ts';

/** The hosts that a name of an inventory stands for; `fault` is the rest of a sentence about it. */
export type HostPattern = { readonly hosts: readonly string[]; readonly port: number | undefined } | { readonly fault: string };

const RANGE = '\\[(?:[a-z]:[a-z]|\\d+:\\d+)(?::\\d+)?\\]';
const LABEL = `(?:[\\p{L}\\p{N}_]|${RANGE})(?:[\\p{L}\\p{N}_-]|${RANGE})*(?<![_-])`;
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'iu');
const IPV6 = /^(?=.*::|(?:[^:]*:){7}[^:]*$)(?:[\da-f]{1,4}|:|\.|\[[\da-f]+:[\da-f]+(?::\d+)?\])+$/i;

/** A port is only taken off what is a name or an address then; in any other text a colon is a part of the name. */
export function readHostPattern(text: string): HostPattern {
  const [, name, port] = /^\[(.+)\]:(\d+)$/.exec(text) ?? /^((?:[^:[\]]|\[[^\]]*\])*):(\d+)$/.exec(text) ?? [];
  const hasPort = name !== undefined && isAddress(name);
  const expanded = isIpv6(text) ? { names: [text] } : expandRange(hasPort ? name : text);
  if ('fault' in expanded) return expanded;
  return { hosts: expanded.names, port: hasPort ? Number(port) : undefined };
}

const isIpv6 = (text: string) => IPV6.test(text) && !text.includes('[');
const isAddress = (text: string) => NAME.test(text) || IPV6.test(text);
