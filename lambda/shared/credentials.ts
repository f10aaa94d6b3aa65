/**
 * Takes a function's credentials from its environment, the only place where Lambda puts them. Bundles contain this
 * instead of the SDK's default chain (lib/workflow/bundle.ts), whose code for files, SSO, web identities and instance
 * metadata would be a fifth of a bundle.
 */

/** Lambda sets all three variables, and starts a new process before they expire. */
export const defaultProvider = () => async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: Lambda sets them');
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
};
