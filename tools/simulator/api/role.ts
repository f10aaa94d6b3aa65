// The role of a state machine: assumes it through STS, and checks its permission for `states:*` actions.
import { callMiniStackLocal, type MiniStackOptions } from './ministack';

interface RoleCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

export interface Role {
  arn: string;
  /** Temporary credentials, renewed before they expire. Throws when the role cannot be assumed. */
  credentials(): Promise<RoleCredentials>;
  /**
   * Whether the role may call an API that MiniStack does not serve, such as `states:StartExecution`. The reason is AWS's
   * message. Throws when the emulator cannot decide.
   */
  may(
    action: string,
    resource: string,
    context?: Record<string, string>,
  ): Promise<{ allowed: boolean; reason: string }>;
}

const RENEW_BEFORE_EXPIRY = 5 * 60_000;

/**
 * A role with one session, named after the machine. The machine's role assumes the role of a state's
 * Credentials.
 */
export function createRole(
  ministack: MiniStackOptions,
  arn: string,
  stateMachineName: string,
  assumedBy?: Role,
): Role {
  const credentials = assumedBy?.credentials ?? ministack.credentials;
  return {
    arn,
    credentials: renewed(() => assumeRole({ ...ministack, credentials }, arn, stateMachineName)),
    may: async (action, resource, context = {}) => {
      const question = { principalArn: arn, action, resource, context };
      const answer = await callMiniStackLocal(ministack, 'authorize', question);
      return { allowed: answer.allowed === true, reason: String(answer.reason) };
    },
  };
}

function renewed(assume: () => Promise<RoleCredentials>): () => Promise<RoleCredentials> {
  let current: Promise<RoleCredentials> | undefined;
  return async () => {
    const held = await current?.catch(() => undefined);
    if (held && held.expiration.getTime() - Date.now() > RENEW_BEFORE_EXPIRY) return held;
    current = assume();
    return current;
  };
}

async function assumeRole(
  {
    url,
    region,
    credentials,
  }: Pick<MiniStackOptions, 'url' | 'region'> & {
    credentials: MiniStackOptions['credentials'] | Role['credentials'];
  },
  roleArn: string,
  stateMachineName: string,
): Promise<RoleCredentials> {
  const { STS } = await import('@aws-sdk/client-sts');
  const sts = new STS({ endpoint: url, region, credentials, maxAttempts: 2 });
  try {
    // The trust policy may test aws:SourceArn, which the launcher derives from the session's name.
    const { Credentials } = await sts.assumeRole({ RoleArn: roleArn, RoleSessionName: stateMachineName });
    if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey || !Credentials.SessionToken) {
      throw new Error(`STS gave no credentials for ${roleArn}.`);
    }
    return {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
      expiration: Credentials.Expiration ?? new Date(Date.now() + 3_600_000),
    };
  } finally {
    sts.destroy();
  }
}
