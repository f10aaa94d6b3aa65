/** `npm run drift`: what it makes of CloudFormation's answers. */
import { lookForDrift } from '../../bin/deployment/drift';
import { type Answer, deployed, failure, fakeAccount } from '../support/fake-account';

const NAME = 'workflows-dev-Customers';

const drift = (LogicalResourceId: string, StackResourceDriftStatus: string, more: object = {}) => ({
  LogicalResourceId,
  ResourceType: 'AWS::SNS::Topic',
  StackResourceDriftStatus,
  ...more,
});

/** Looks at a stack whose resources CloudFormation describes so. */
async function look(resources: readonly object[], answers: Record<string, Answer> = {}) {
  let slept = 0;
  const aws = fakeAccount({
    DetectStackDrift: { StackDriftDetectionId: 'd-1' },
    DescribeStackDriftDetectionStatus: { DetectionStatus: 'DETECTION_COMPLETE' },
    DescribeStackResourceDrifts: { StackResourceDrifts: resources },
    ...answers,
  });
  const sleep = async (milliseconds: number) => {
    slept += milliseconds;
  };
  return { finding: await lookForDrift(aws, NAME, { sleep }), slept };
}

test('a stack that is as its template says', async () => {
  const { finding } = await look([drift('Topic', 'IN_SYNC'), drift('Policy', 'NOT_CHECKED')]);
  expect(finding).toEqual({ check: NAME, verdict: 'ok', found: '1 resources are as their template says' });
});

test('what was changed or deleted by hand is named, with what to do', async () => {
  const { finding } = await look([
    drift('Topic', 'MODIFIED', {
      PropertyDifferences: [
        { PropertyPath: '/DisplayName', ExpectedValue: 'Orders', ActualValue: 'x'.repeat(200) },
      ],
    }),
    drift('Gone', 'DELETED'),
    drift('Fine', 'IN_SYNC'),
  ]);
  expect(finding.verdict).toBe('refused');
  expect(finding.found).toBe(
    `Topic (AWS::SNS::Topic): /DisplayName is ${'x'.repeat(80)}…, not Orders; Gone (AWS::SNS::Topic): is deleted`,
  );
  expect(finding.remedy).toContain('--revert-drift');
  expect(finding.remedy).toContain('--allow-drift');
});

test('a resource that may not be looked at is a warning, not agreement', async () => {
  const { finding } = await look([
    drift('Topic', 'UNKNOWN', { DriftStatusReason: 'sns:GetTopicAttributes is denied' }),
    drift('Fine', 'IN_SYNC'),
  ]);
  expect(finding).toMatchObject({
    verdict: 'warning',
    found: 'could not see Topic: sns:GetTopicAttributes is denied',
  });
});

test.each<[string, Record<string, Answer>, string]>([
  [
    'that is not there yet',
    { DescribeStacks: failure('ValidationError', 'Stack does not exist') },
    'not there yet',
  ],
  [
    'that is being deployed',
    { DescribeStacks: { Stacks: [deployed(NAME, { StackStatus: 'UPDATE_IN_PROGRESS' })] } },
    'not looked at',
  ],
])('a stack %s is left alone', async (_, answers, found) => {
  const { finding } = await look([], { DetectStackDrift: failure('Called'), ...answers });
  expect(finding).toMatchObject({ verdict: 'ok', found: expect.stringContaining(found) });
});

test('it is waited for, ten minutes at most', async () => {
  let asked = 0;
  const { finding, slept } = await look([drift('Topic', 'IN_SYNC')], {
    DescribeStackDriftDetectionStatus: () => ({
      DetectionStatus: ++asked < 4 ? 'DETECTION_IN_PROGRESS' : 'DETECTION_COMPLETE',
    }),
  });
  expect(finding.verdict).toBe('ok');
  expect(slept).toBe(6000);

  const never = await look([], {
    DescribeStackDriftDetectionStatus: { DetectionStatus: 'DETECTION_IN_PROGRESS' },
  });
  expect(never.slept).toBe(600_000);
  expect(never.finding).toMatchObject({
    verdict: 'refused',
    found: expect.stringContaining('after ten minutes'),
  });
});

test('a look that is not allowed is no agreement either', async () => {
  const { finding } = await look([], { DetectStackDrift: failure('AccessDenied') });
  expect(finding).toMatchObject({
    verdict: 'refused',
    found: 'could not look: cloudformation:DetectStackDrift is not allowed',
  });
});
