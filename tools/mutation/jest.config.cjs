// The planner's rule book, as Stryker runs it: from the repository's root, without the campaign's simulated nights, and with
// few cases per property, because every mutant runs all of it that comes by the mutated place.
const path = require('node:path');
const base = require('../../jest.config.cjs');

process.env.PATCHTIDE_PROPERTY_RUNS ??= '5';

module.exports = {
  ...base,
  rootDir: path.join(__dirname, '..', '..', 'libs', 'domain'),
  testPathIgnorePatterns: [...base.testPathIgnorePatterns, '/src/campaign/'],
};
