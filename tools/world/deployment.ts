/** The account and region of a world's workflows. Several deployments may share a clock and a Stripe account. */

export interface Deployment {
  account: string;
  region: string;
}

export const DEPLOYMENT: Deployment = { account: '123456789012', region: 'us-east-1' };

export const arnIn =
  ({ account, region }: Deployment) =>
  (service: string, resource: string): string =>
    `arn:aws:${service}:${region}:${account}:${resource}`;

/** The placeholder for the ARN of a function or a state machine: `ChargeCardArn` for `charge-card`. */
export const placeholderOf = (name: string): string =>
  `${name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Arn`;
