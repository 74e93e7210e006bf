// The rule book's unit and property tests of libs/domain, as Stryker runs them: from the repository's root.
const path = require('node:path');
const base = require('../../jest.config.cjs');

module.exports = { ...base, rootDir: path.join(__dirname, '..', '..', 'libs', 'domain') };
