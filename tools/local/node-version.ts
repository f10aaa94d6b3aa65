// Whether the Node.js that runs this is old.

import { version as running } from 'node:process';
import { engines } from '../../package.json';

/** What to tell who runs an older Node.js than package.json asks for. @returns undefined when it will do */
export function oldNode(version = running, wanted = engines.node): string | undefined {
  const oldest = Number(/\d+/.exec(wanted)?.[0]);
  if (Number(/\d+/.exec(version)?.[0]) >= oldest) return undefined;
  return (
    `This is Node.js ${version}; use ${oldest} or later (.nvmrc says what the functions run on). ` +
    'Everything works still, but the AWS SDK ends its support for older ones in January 2027.'
  );
}
