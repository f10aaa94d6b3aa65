/** Why a grant ends in a wildcard: cdk-nag asks for a reason for each, under the resource as the template writes it. */
import { type Stack, Validations } from 'aws-cdk-lib';

/** @param resource an ARN, with tokens in it or without */
export function explainWildcard(stack: Stack, resource: string, reason: string): void {
  // What tokens are written as is known only when the whole app is there.
  stack.node.addValidation({
    validate: () => {
      Validations.of(stack).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${flat(stack.resolve(resource))}]`,
        reason,
      });
      return [];
    },
  });
}

/** What cdk-nag makes of a value: `<Logical.Attribute>`, `<AWS::Region>`, or the text itself. */
function flat(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value);
  const [[name, content] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return `<${content}>`;
  if (name === 'Fn::GetAtt') return `<${[content].flat().join('.')}>`;
  if (name === 'Fn::ImportValue') return flat(content);
  if (name === 'Fn::Join' && Array.isArray(content)) {
    const [separator, parts] = content;
    return parts.map(flat).join(separator);
  }
  throw new Error(
    `No name for ${JSON.stringify(value)} in a policy's resource: add it to lib/workflow/wildcards.ts.`,
  );
}
