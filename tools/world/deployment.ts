/** Where a world's workflows are deployed. Several deployments may share a clock and Stripe's account. */

export interface Deployment {
  account: string;
  region: string;
}

export const DEPLOYMENT: Deployment = { account: '123456789012', region: 'us-east-1' };

export const arnIn =
  ({ account, region }: Deployment) =>
  (service: string, resource: string): string =>
    `arn:aws:${service}:${region}:${account}:${resource}`;

/** `charge-card`, or `payment-review`, as a definition's placeholder for its ARN: `ChargeCardArn`. */
export const placeholderOf = (name: string): string =>
  `${name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Arn`;
