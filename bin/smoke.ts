/** `npm run smoke -- --stage dev` sends orders through a deployed stage and says whether they end as they should. */
import { processIo } from './cli/io';
import { smoke } from './smoke/program';

// Otherwise the AWS SDK would print its warning about Node 20 with every run.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

void smoke(process.argv.slice(2), processIo()).then((exitCode) => {
  process.exitCode = exitCode;
});
