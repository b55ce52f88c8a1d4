// Loaded before a program that is to stay on this machine: a connection to anywhere is told on stderr, and fails.
const { Socket } = require('node:net');

Socket.prototype.connect = function refuse(...to) {
  const { host, port, path } = to.flat()[0];
  process.stderr.write(`to the network: ${path ?? `${host}:${port}`}\n`);
  throw new Error('this program may not reach the network');
};
