/**
 * All stacks of a stage as if deployed to one account: every reference is replaced by a name or an ARN, so that the
 * resources in a definition or a function can be compared with those in a policy. Names are generated from logical ids,
 * as CloudFormation does.
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
  /** The value of `Ref`: a name, an ARN or a URL. */
  readonly ref: string;
  readonly arn: string;
}

export interface Account {
  readonly resources: readonly Deployed[];
  /** A value of a stack's template, with its references resolved. */
  resolve(value: unknown, stack: string): unknown;
  /** The resource with this name, ARN or URL. */
  find(refOrArn: string): Deployed | undefined;
}

export const accountOf = (templates: Templates): Account => {
  const identified = Object.entries(templates).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).map(([logicalId, resource]) => ({
      stack,
      logicalId,
      ...identityOf(logicalId, resource),
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
        return pseudo[String(argument)] ?? find(stack, String(argument)).ref;
      case 'Fn::GetAtt': {
        const { arn, ref } = find(stack, list[0]);
        // A connection's secret only has to have a unique name.
        return list[1] === 'Arn' ? arn : list[1] === 'Name' ? ref.split(':').at(-1) : `${arn}/${list[1]}`;
      }
      case 'Fn::Sub':
        return String(list[0] ?? argument).replace(/\$\{([\w:.]+)\}/g, (_, name: string) => {
          const [id = '', attribute] = name.split('.');
          return String(attribute ? called('Fn::GetAtt', [id, attribute], stack) : called('Ref', id, stack));
        });
      case 'Fn::Join':
        return [resolve(list[1], stack)].flat().join(list[0]);
      case 'Fn::GetStackOutput': {
        const { StackName, OutputName } = Object(argument);
        const [name, template] = stackNamed(templates, StackName);
        return resolve(template.Outputs?.[OutputName]?.Value, name);
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

/** The stack `Customers` for `prod-Customers`. */
const stackNamed = (templates: Templates, name: string): [string, CloudFormationTemplate] => {
  const found = Object.entries(templates).find(([id]) => name.endsWith(`-${id}`));
  if (!found) throw new Error(`There is no stack ${name}`);
  return found;
};

const identityOf = (logicalId: string, { Type, Properties = {} }: Resource): { ref: string; arn: string } => {
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
    case 'AWS::SNS::Topic':
      return { ref: arnOf('sns', logicalId), arn: arnOf('sns', logicalId) };
    case 'AWS::StepFunctions::StateMachine': {
      const arn = arnOf('states', `stateMachine:${logicalId}`);
      return { ref: arn, arn };
    }
    default:
      return { ref: logicalId, arn: arnOf(service, `${kind}/${logicalId}`) };
  }
};
