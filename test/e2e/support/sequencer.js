// Runs the files by name, but last the one that searches everything that the others have left.
const last = (path) => Number(path.endsWith('secrets.test.ts'));

module.exports = class {
  sort(tests) {
    return [...tests].sort(
      (a, b) => last(a.path) - last(b.path) || (a.path < b.path ? -1 : Number(a.path > b.path)),
    );
  }

  /** jest's own sequencer would record failed files, to run them first next time. */
  cacheResults() {}
};
