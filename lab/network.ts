// The lab's own network: a subnet nothing else on the machine uses, and fixed addresses in it.
import { networkInterfaces } from 'node:os';
import type { Docker } from './docker.ts';
import { LabError } from './errors.ts';
import { PREFIX } from './settings.ts';

/** Not from 172.16/12 or 192.168/16: the engines inside the hosts take theirs from there. */
export const SUBNETS = ['10.213.0', '10.187.61', '10.99.214', '10.241.7'];

/** The first three numbers of the network's addresses; makes the network where it is not there. */
export async function ensureNetwork(docker: Docker): Promise<string> {
  const found = await docker.try(['network', 'inspect', PREFIX, '--format', '{{(index .IPAM.Config 0).Subnet}}']);
  if (found.code === 0) return found.stdout.trim().split('.').slice(0, 3).join('.');
  const taken = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  for (const subnet of SUBNETS.filter((one) => !taken.some((address) => address.startsWith(`${one}.`)))) {
    const made = await docker.try([
      'network',
      'create',
      '--subnet',
      `${subnet}.0/24`,
      '-o',
      'com.docker.network.bridge.name=swylab0',
      PREFIX,
    ]);
    if (made.code === 0) return subnet;
    if (!/overlap/i.test(made.stderr)) throw new LabError(`the network ${PREFIX} cannot be made: ${made.stderr.trim()}`);
  }
  throw new LabError(`none of ${SUBNETS.map((one) => `${one}.0/24`).join(', ')} is free on this machine; remove a network and try again`);
}
