// Makes the environment of every process that the local cloud starts: cdk, functions, samples, tests.
//
// Only variables on an allow-list get into it, because one variable or file of the user's can send calls to a real
// account: AWS_PROFILE takes precedence over access keys, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS disables endpoints, and
// ~/.aws/config and ~/.cdk.json can set either.

import { devNull } from 'node:os';
import { paths } from './paths';

/** URLs of the local cloud's parts, on the loopback. */
export interface Endpoints {
  /** Every AWS service except Step Functions. */
  aws: string;
  stepFunctions: string;
  stripe: string;
}

export const localAccount = {
  region: 'us-east-1',
  account: '000000000000',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

/** Variables that programs need to run, and to print in the user's language and colours. */
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

/** Returns an environment in which AWS means the local cloud, with the allowed variables of `parent`. */
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

/** Replaces this process's environment, so that its own AWS clients reach the local cloud only. */
export function adoptEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
}

/** Compares names without case, because Windows writes variables in any case (`Path`). */
function pick(parent: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && allowed.includes(name.toUpperCase())) picked[name] = value;
  }
  return picked;
}
