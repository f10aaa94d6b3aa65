import { buildSync } from 'esbuild';
import { defaultProvider } from '../../../lambda/shared/credentials';
import { bundleOptions } from '../../../lib/workflow/bundle';

const { env } = process;

afterEach(() => {
  process.env = env;
});

test('a function acts with the credentials that Lambda gives it', async () => {
  process.env = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
  expect(await defaultProvider()()).toEqual({
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  });
});

test('without credentials the error names the missing variables', async () => {
  process.env = { AWS_PROFILE: 'someone' };
  await expect(defaultProvider()()).rejects.toThrow('AWS_ACCESS_KEY_ID');
});

test('a bundle contains no other credential provider', () => {
  const options = { ...bundleOptions('order-processing/create-shipment'), outfile: 'index.mjs' };
  const { metafile } = buildSync({ ...options, write: false, metafile: true });
  const inputs = Object.keys(metafile.inputs).join('\n');
  expect(inputs).toContain('@aws-sdk/client-sqs');
  expect(inputs).not.toMatch(/credential-provider|nested-clients/);
});
