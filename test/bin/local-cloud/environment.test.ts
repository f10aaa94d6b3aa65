import { devNull } from 'node:os';
import { type Endpoints, localEnvironment } from '../../../bin/local-cloud/environment';
import { dangerousEnvironment } from '../../support/dangerous-environment';

const endpoints: Endpoints = {
  aws: 'http://127.0.0.1:4566',
  stepFunctions: 'http://127.0.0.1:4568',
  stripe: 'http://127.0.0.1:4567',
};

const environment = (parent: Record<string, string>) =>
  localEnvironment(endpoints, parent, '/repo/.local/home');

test('no variable that leads to a real account is passed on', () => {
  const dangerous = dangerousEnvironment('http://127.0.0.1:9', '/home/ann/.aws');
  const made = environment({ ...dangerous, PATH: '/usr/bin' });
  for (const [name, value] of Object.entries(dangerous)) expect(made[name]).not.toBe(value);
  expect(made).toEqual(environment({ PATH: '/usr/bin' }));
});

test('the SDKs and the CDK call the local cloud', () => {
  expect(environment({})).toMatchObject({
    AWS_ENDPOINT_URL: endpoints.aws,
    AWS_ENDPOINT_URL_S3: endpoints.aws,
    AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: '/repo/.local/home',
    USERPROFILE: '/repo/.local/home',
  });
});

test('only listed variables are passed on, in any case on Windows', () => {
  const made = environment({ Path: 'C:\\bin', LANG: 'C.UTF-8', NODE_OPTIONS: '--require spy', SECRET: 'x' });
  expect(made).toMatchObject({ Path: 'C:\\bin', LANG: 'C.UTF-8' });
  expect(made).not.toHaveProperty('NODE_OPTIONS');
  expect(made).not.toHaveProperty('SECRET');
});
