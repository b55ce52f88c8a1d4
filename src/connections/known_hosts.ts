// What known_hosts files say about one host. Text in, keys out.
import { createHash, createHmac } from 'node:crypto';

export interface HostKey {
  /** "ssh-ed25519", … */
  readonly type: string;
  readonly blob: Buffer;
  readonly revoked: boolean;
}

/** All lines that speak of the host, in their order. Certificate authorities are passed over: certificates are not offered to us. */
export function knownKeys(text: string, host: string, port: number): HostKey[] {
  const name = port === 22 ? host : `[${host}]:${port}`;
  return text.split('\n').flatMap((line) => {
    if (!line.trim() || line.startsWith('#')) return [];
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [names = '', type = '', blob = ''] = words;
    if ((marker !== undefined && marker !== '@revoked') || !blob || !speaksOf(names, name)) return [];
    return [{ type, blob: Buffer.from(blob, 'base64'), revoked: marker === '@revoked' }];
  });
}

/** As ssh-keygen prints it: "SHA256:…". */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The type a key names itself. */
export function keyType(blob: Buffer): string {
  return blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
}

// A pattern with "!" that fits takes the whole line away.
function speaksOf(names: string, name: string): boolean {
  const patterns = names.split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => fits(pattern, name));
}

function fits(pattern: string, name: string): boolean {
  if (pattern.startsWith('|1|')) {
    const [, , salt = '', hash] = pattern.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name.toLowerCase()).digest('base64') === hash;
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(name);
}
