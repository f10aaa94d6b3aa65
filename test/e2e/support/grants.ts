/** Removes a permission from a deployed role, as if no binding had granted it. */
import { IAM } from '@aws-sdk/client-iam';
import { SFN } from '@aws-sdk/client-sfn';
import { machineArn } from '../../../contracts/names';

interface Statement {
  Action: string | string[];
  Resource: string | string[];
}

/** Runs `work` without the permission for `action` in the machine's role, then restores the role. */
export async function withoutGrant<T>(
  stateMachineArn: string,
  action: string,
  work: () => Promise<T>,
): Promise<T> {
  const iam = new IAM();
  const { roleArn = '' } = await new SFN().describeStateMachine({
    stateMachineArn: machineArn(stateMachineArn),
  });
  const RoleName = roleArn.split('/').at(-1) ?? '';
  const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
  const documents = await Promise.all(
    PolicyNames.map((PolicyName) => iam.getRolePolicy({ RoleName, PolicyName })),
  );
  const { PolicyName = '', PolicyDocument = '' } =
    documents.find((policy) => decodeURIComponent(policy.PolicyDocument ?? '').includes(`"${action}"`)) ?? {};
  const before = decodeURIComponent(PolicyDocument);
  if (before === '') throw new Error(`${RoleName} has no grant of ${action}`);
  const policy: { Statement: Statement[] } = JSON.parse(before);
  const kept = policy.Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((each) => each !== action),
  })).filter(({ Action }) => Action.length > 0);

  await iam.putRolePolicy({
    RoleName,
    PolicyName,
    PolicyDocument: JSON.stringify({ ...policy, Statement: kept }),
  });
  try {
    return await work();
  } finally {
    await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: before });
  }
}
