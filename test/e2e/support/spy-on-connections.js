// Preloaded into a process (node --require): records its connections in the file that CONNECTIONS names, and refuses
// those that leave the loopback.
const { appendFileSync } = require('node:fs');
const net = require('node:net');

const file = process.argv
  .find((argument) => argument.startsWith('--connections='))
  ?.slice('--connections='.length);
process.argv = process.argv.filter((argument) => !argument.startsWith('--connections='));

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [options] = args.flat();
  if (options.path) return connect.apply(this, args);
  const host = options.host ?? 'localhost';
  appendFileSync(file, `${host}:${options.port}\n`);
  if (host === '127.0.0.1') return connect.apply(this, args);
  return this.destroy(new Error(`blocked: ${host}`));
};
