// The order of the files: by name, and at the end the one that looks through what all others have left.
const last = (path) => Number(path.endsWith('secrets.test.ts'));

module.exports = class {
  sort(tests) {
    return [...tests].sort(
      (a, b) => last(a.path) - last(b.path) || (a.path < b.path ? -1 : Number(a.path > b.path)),
    );
  }

  /** Where jest's own would note who failed, to run it first the next time. */
  cacheResults() {}
};
