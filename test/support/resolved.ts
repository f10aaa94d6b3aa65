/**
 * All stacks of a stage as one account would have them: every reference is a name or an ARN, so that what a
 * definition or a function names can be compared with what a policy allows. Names are made up, as CloudFormation
 * makes them up, from logical ids.
 */
import type { CloudFormationTemplate, Resource, Templates } from './template';

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** An ARN in the account. */
export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:eu-west-1:123456789012:${resource}`;

export interface Deployed {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What `Ref` gives: a name, an ARN or a URL. */
  readonly ref: string;
  readonly arn: string;
}

export interface Account {
  readonly resources: readonly Deployed[];
  /** A value of a stack's template, with its references resolved. */
  resolve(value: unknown, stack: string): unknown;
  /** The resource of that name, ARN or URL. */
  find(refOrArn: string): Deployed | undefined;
}

export const accountOf = (templates: Templates): Account => {
  const identified = Object.entries(templates).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).map(([logicalId, resource]) => ({
      stack,
      logicalId,
      ...identityOf(logicalId, resource, Resources),
    })),
  );
  const find = (stack: string, logicalId: string) => {
    const found = identified.find((each) => each.stack === stack && each.logicalId === logicalId);
    if (!found) throw new Error(`${stack} has no resource ${logicalId}`);
    return found;
  };

  const resolve = (value: unknown, stack: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => resolve(each, stack));
    if (typeof value !== 'object' || value === null) return value;
    const [[key, argument] = ['', undefined], ...more] = Object.entries(value);
    if (more.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) return called(key, argument, stack);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolve(each, stack)]));
  };

  const called = (intrinsic: string, argument: unknown, stack: string): unknown => {
    const list = Array.isArray(argument) ? argument : [];
    switch (intrinsic) {
      case 'Ref':
        // What is asked of whoever deploys: an address or an origin.
        if (templates[stack]?.Parameters?.[String(argument)]) return `${argument}@given.test`;
        return pseudo[String(argument)] ?? find(stack, String(argument)).ref;
      case 'Fn::GetAtt': {
        const { arn, ref } = find(stack, list[0]);
        // Of a connection's secret it matters only that it is that connection's.
        if (list[1] === 'Arn') return arn;
        return ['Name', 'QueueName'].includes(list[1]) ? ref.split(/[:/]/).at(-1) : `${arn}/${list[1]}`;
      }
      case 'Fn::Sub':
        return String(list[0] ?? argument).replace(/\$\{([\w:.]+)\}/g, (_, name: string) => {
          const [id = '', attribute] = name.split('.');
          return String(attribute ? called('Fn::GetAtt', [id, attribute], stack) : called('Ref', id, stack));
        });
      case 'Fn::Join':
        return [resolve(list[1], stack)].flat().join(list[0]);
      case 'Fn::Split':
        return String(resolve(list[1], stack)).split(list[0]);
      case 'Fn::Select':
        return [resolve(list[1], stack)].flat()[Number(list[0])];
      case 'Fn::ImportValue': {
        const [name, value] = exported(templates, String(argument));
        return resolve(value, name);
      }
      default:
        throw new Error(`${intrinsic} in a template of ${stack}: let test/support/resolved.ts resolve it`);
    }
  };

  const resources = Object.entries(templates).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).map(([logicalId, { Type, Properties = {} }]) => ({
      ...find(stack, logicalId),
      type: Type,
      properties: Object(resolve(Properties, stack)),
    })),
  );
  return {
    resources,
    resolve,
    find: (name) => resources.find(({ ref, arn }) => ref === name || arn === name),
  };
};

/** The stack that exports a value under this name, and the value. */
const exported = (templates: Templates, name: string): [string, unknown] => {
  for (const [stack, { Outputs = {} }] of Object.entries(templates)) {
    const found = Object.values(Outputs).find(({ Export }) => Export?.Name === name);
    if (found) return [stack, found.Value];
  }
  throw new Error(`No stack exports ${name}`);
};

const identityOf = (
  logicalId: string,
  { Type, Properties = {} }: Resource,
  neighbours: CloudFormationTemplate['Resources'],
): { ref: string; arn: string } => {
  /** Of a version or an alias: the ARN of what it is of, and the qualifier. */
  const qualified = (of: unknown, qualifier: string) => {
    const id = referenceIn(of);
    const neighbour = neighbours[id];
    if (!neighbour) throw new Error(`${logicalId} is of ${id}, which is not in its template`);
    const arn = `${identityOf(id, neighbour, neighbours).arn}:${qualifier}`;
    return { ref: arn, arn };
  };
  const [, service = '', kind = ''] = Type.toLowerCase().split('::');
  switch (Type) {
    case 'AWS::DynamoDB::GlobalTable': {
      const name = typeof Properties.TableName === 'string' ? Properties.TableName : logicalId;
      return { ref: name, arn: arnOf('dynamodb', `table/${name}`) };
    }
    case 'AWS::S3::Bucket':
      return { ref: logicalId, arn: `arn:aws:s3:::${logicalId}` };
    case 'AWS::SQS::Queue':
      return {
        ref: `https://sqs.eu-west-1.amazonaws.com/123456789012/${logicalId}`,
        arn: arnOf('sqs', logicalId),
      };
    case 'AWS::Logs::LogGroup':
      return {
        ref: typeof Properties.LogGroupName === 'string' ? Properties.LogGroupName : logicalId,
        arn: arnOf('logs', `log-group:${logicalId}:*`),
      };
    case 'AWS::SNS::Topic':
      return { ref: arnOf('sns', logicalId), arn: arnOf('sns', logicalId) };
    case 'AWS::StepFunctions::StateMachine': {
      const arn = arnOf('states', `stateMachine:${logicalId}`);
      return { ref: arn, arn };
    }
    case 'AWS::StepFunctions::StateMachineVersion':
      return qualified(Properties.StateMachineArn, '1');
    case 'AWS::StepFunctions::StateMachineAlias': {
      const version = referenceIn(Object(Properties.DeploymentPreference).StateMachineVersionArn);
      return qualified(neighbours[version]?.Properties.StateMachineArn, String(Properties.Name));
    }
    case 'AWS::Lambda::Version':
      return qualified(Properties.FunctionName, '1');
    case 'AWS::Lambda::Alias':
      return qualified(Properties.FunctionName, String(Properties.Name));
    case 'AWS::Lambda::Function':
      return { ref: logicalId, arn: arnOf('lambda', `function:${logicalId}`) };
    default:
      return { ref: logicalId, arn: arnOf(service, `${kind}/${logicalId}`) };
  }
};

/** The logical id that a value refers to. */
const referenceIn = (value: unknown): string => {
  const { Ref, 'Fn::GetAtt': attribute } = Object(value);
  return String(Ref ?? attribute?.[0]);
};
