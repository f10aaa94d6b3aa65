// Finds free loopback ports, and names the process that uses a port.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Problem } from './problem';

export const loopback = '127.0.0.1';

/** Returns the port when it is free. @throws Problem that names its user, and `variable`, which changes the port */
export async function requirePort(port: number, variable: string): Promise<number> {
  if ((await listenOnce(port)) !== undefined) return port;
  const owner = portOwner(port);
  throw new Problem(
    `Port ${port} is taken${owner ? ` by ${owner}` : ''}.`,
    `End that, or use another port:  ${variable}=${port + 1000} npm start`,
  );
}

/** Returns the port when it is free, else any free port. */
export const preferPort = async (port: number): Promise<number> =>
  (await listenOnce(port)) ?? (await listenOnce(0)) ?? 0;

/** "name (pid 123)" of the process that listens on the port, if this machine says. */
function portOwner(port: number): string | undefined {
  try {
    if (process.platform === 'linux') return linuxOwner(port);
    if (process.platform === 'darwin') return lsofOwner(execLsof(port));
  } catch {
    // The process belongs to another user, or there is no lsof.
  }
  return undefined;
}

/** Opens and closes the port. Returns its number, or undefined when it is in use. */
function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else
        reject(
          new Problem(`Port ${port} cannot be used: ${error.message}`, 'Choose one between 1024 and 65535.'),
        );
    });
    server.listen(port, loopback, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

function linuxOwner(port: number): string | undefined {
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    listeningInodes(readFileSync(table, 'utf8'), port),
  );
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const sockets = openSockets(pid);
    if (inodes.some((inode) => sockets.includes(inode))) {
      return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
    }
  }
  return undefined;
}

/** Inodes of the sockets that listen (state 0A) on the port, from a table of /proc/net, which writes ports in hex. */
export function listeningInodes(table: string, port: number): string[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, local, , state]) => state === '0A' && Number.parseInt(local?.split(':')[1] ?? '', 16) === port,
    )
    .map((fields) => fields[9] ?? '');
}

/** Inodes of a process's open sockets; none when the process belongs to another user. */
function openSockets(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  const descriptors = unlessGone(() => readdirSync(folder)) ?? [];
  return descriptors.flatMap((descriptor) => {
    const target = unlessGone(() => readlinkSync(join(folder, descriptor)));
    return /^socket:\[(\d+)\]$/.exec(target ?? '')?.[1] ?? [];
  });
}

/** Returns undefined for what has ended meanwhile: processes and descriptors come and go. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

const execLsof = (port: number): string =>
  execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { encoding: 'utf8' });

/** Parses `lsof -Fpc`, whose lines are one letter and a value. */
export function lsofOwner(output: string): string | undefined {
  const field = (letter: string) => new RegExp(`^${letter}(.+)$`, 'm').exec(output)?.[1];
  return field('p') && `${field('c') ?? 'a process'} (pid ${field('p')})`;
}
