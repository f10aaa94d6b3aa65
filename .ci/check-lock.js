// Fails when package-lock.json lacks an optional platform package: npm leaves those out without a word when
// the registry serves a package before its platform builds, and `npm ci` then fails on other machines.
const { packages } = require('../package-lock.json');

const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
    .map((name) => `${path} needs ${name}`),
);
if (missing.length > 0) {
  console.error(`package-lock.json is incomplete:\n  ${missing.join('\n  ')}`);
  console.error(
    'Pin the package one version lower (package.json, `overrides` for a transitive one) and run `npm install`.',
  );
  process.exit(1);
}
