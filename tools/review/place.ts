// A stage that names its account and Region has them written out in its templates. Compared with another revision, it
// is only another place.

/**
 * A template's text as of any place: account, Region and the partition of ARNs are written as references are read.
 *
 * @param environment as in the assembly's manifest: `aws://123456789012/eu-west-1`; a place that is not known changes
 *   nothing
 */
export function ofAnyPlace(template: string, environment: string): string {
  const [, account, region] = /^aws:\/\/(\d{12})\/([a-z0-9-]+-\d)$/.exec(environment) ?? [];
  if (account === undefined || region === undefined) return template;
  return (
    template
      // The services that a state calls are written so in any place.
      .replace(/\barn:aws[\w-]*:(?!states:::)/g, 'arn:<Partition>:')
      .replace(new RegExp(`\\b${account}\\b`, 'g'), '<AccountId>')
      .replace(new RegExp(`\\b${region}\\b`, 'g'), '<Region>')
  );
}
