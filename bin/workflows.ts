#!/usr/bin/env tsx
// The command line: `npm run workflows -- --help`.

import { processIo } from './cli/io';
import { run } from './program';

// Otherwise the AWS SDK would print its warning about Node 20 with every command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// The reading end of a pipe may close early: `workflows history … | head`.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0);
  throw error;
});

void run(process.argv.slice(2), processIo()).then((exitCode) => {
  process.exitCode = exitCode;
});
