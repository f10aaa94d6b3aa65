import type { Command } from 'commander';
import type { Context } from '../cli/context';

export function addClaim(program: Command, context: Context): void {
  program
    .command('claim')
    .description('show the API key of a new customer, once')
    .argument('<token>', "the last part of the welcome e-mail's link")
    .action(async (token: string) => {
      const { claimApiKey } = await import('../../client/claim');
      const cloud = await context.cloud();
      const output = (name: string) => cloud.output('SaasOnboarding', name);
      const { userId, apiKeyId, apiKey } = await claimApiKey(token, {
        apiKeysTable: await output('ApiKeysTableName'),
        tokenKey: await output('ClaimTokenKeyArn'),
        sealingKey: await output('ApiKeySealingKeyArn'),
        dynamodb: await cloud.clients.dynamodb(),
        kms: await cloud.clients.kms(),
      });
      context.io.err(`The key ${apiKeyId} of ${userId}. It is not shown again:`);
      context.io.out(apiKey);
    });
}
