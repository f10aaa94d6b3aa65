#!/usr/bin/env tsx
// The command line: `npm run workflows -- --help`.

import { processIo } from './cli/io';
import { run } from './program';

// Once for each command would be too often to say that Node 20 is old.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// Whoever reads may stop reading: `workflows history … | head`.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0);
  throw error;
});

void run(process.argv.slice(2), processIo()).then((exitCode) => {
  process.exitCode = exitCode;
});
