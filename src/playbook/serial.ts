// `serial`: which batches it makes of the hosts, and what of it can never come about.
import { type Findings, itemsOf, type Place } from './place.ts';

/** A number of hosts, or a share of all of them as "25%". */
export type BatchSize = number | string;

/** The last entry repeats until no host is left. Percentages are of all hosts, and of at least one. */
export function batchesOf<Host>(hosts: readonly Host[], serial: readonly BatchSize[]): readonly (readonly Host[])[] {
  const batches: Host[][] = [];
  for (let at = 0, i = 0; at < hosts.length; i++) {
    const entry = serial[Math.min(i, serial.length - 1)] ?? '100%';
    const size = typeof entry === 'number' ? entry : Math.max(1, Math.floor((hosts.length * Number.parseInt(entry, 10)) / 100));
    batches.push(hosts.slice(at, at + size));
    at += size;
  }
  return batches;
}

/** "100%" is how the rest is written, whatever came before. */
export function judgeSerial(place: Place, findings: Findings): void {
  let sum = 0;
  for (const entry of itemsOf(place)) {
    if (sum >= 100) {
      const message = 'no host is left for this batch: those before it are all of them';
      findings.report(entry, { rule: 'serial-unreachable', message, hint: 'the canary comes first, the rest as "100%" last' });
      return;
    }
    const { value } = entry;
    sum += typeof value === 'string' ? Number.parseInt(value, 10) : 0;
    if (sum <= 100 || value === '100%') continue;
    const message = `the shares up to here are ${sum} % of the hosts`;
    findings.report(entry, { rule: 'serial-sum', message, hint: 'this batch is of what is left: write "100%"' });
  }
}
