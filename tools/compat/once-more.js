// Runs a test that fails once more: a few tests of workflows are random, and one of them may fail by chance.
/* global jest */
jest.retryTimes(1);
