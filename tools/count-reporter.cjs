// A jest reporter that leaves the numbers of a run in the file that PATCHTIDE_TEST_COUNTS names.
const { writeFileSync } = require('node:fs');

module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // A file that could not even be loaded has no failed tests, only no tests.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    writeFileSync(process.env.PATCHTIDE_TEST_COUNTS, JSON.stringify(counts));
  }
};
