// A small web server on loopback for the time of a test.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Hands its address ("http://127.0.0.1:PORT") to `work` and is closed afterwards, whatever comes of it. */
export async function withWeb(answer: RequestListener, work: (address: string) => Promise<void>): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
