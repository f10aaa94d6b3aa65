// The environment of whatever the local cloud starts: cdk, functions, samples, tests.
//
// It is made from nothing but an allow-list, because a single variable or file of the user's can send calls to a
// real account: AWS_PROFILE beats access keys, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS beats endpoints, ~/.aws/config
// and ~/.cdk.json can name either.

import { devNull } from 'node:os';
import { paths } from './paths';

/** Where the parts of the local cloud listen: URLs on the loopback. */
export interface Endpoints {
  /** Every AWS service but Step Functions. */
  aws: string;
  stepFunctions: string;
  stripe: string;
}

export const localAccount = {
  region: 'us-east-1',
  account: '000000000000',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

/** What a program needs to run at all, and to print as the user likes it. */
const allowed = [
  'PATH',
  'LANG',
  'LC_ALL',
  'TZ',
  'TERM',
  'COLORTERM',
  'NO_COLOR',
  'FORCE_COLOR',
  'CI',
  'TMPDIR',
  // Windows
  'TEMP',
  'TMP',
  'SYSTEMROOT',
  'COMSPEC',
  'PATHEXT',
];

/** The allow-listed environment in which AWS means the local cloud, whatever `parent` says. */
export function localEnvironment(
  endpoints: Endpoints,
  parent: Readonly<Record<string, string | undefined>>,
  home = paths.home,
): Record<string, string> {
  const { region, credentials } = localAccount;
  return {
    ...pick(parent),
    HOME: home,
    USERPROFILE: home,
    AWS_ENDPOINT_URL: endpoints.aws,
    AWS_ENDPOINT_URL_S3: endpoints.aws,
    AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
  };
}

/** Makes `environment` this process's own, so that its AWS clients cannot stray either. */
export function adoptEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
}

/** Windows spells variables in any case (`Path`), so names are compared without it. */
function pick(parent: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && allowed.includes(name.toUpperCase())) picked[name] = value;
  }
  return picked;
}
