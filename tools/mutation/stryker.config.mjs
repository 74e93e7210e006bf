import { fileURLToPath } from 'node:url';

const RUNNER = 'node_modules/@stryker-mutator/jest-runner/dist/src/index.js';

/** What is changed on trial, and which tests must notice. Paths are relative to the repository. */
export default {
  plugins: [fileURLToPath(new URL(RUNNER, import.meta.url))],
  testRunner: 'jest',
  jest: { configFile: 'tools/mutation/jest.config.cjs' },
  mutate: [
    'libs/domain/src/plan/**/*.ts',
    'libs/domain/src/forecast/**/*.ts',
    '!libs/domain/src/**/*.spec.ts',
  ],
  ignorePatterns: [
    ...[
      '/*',
      '!/jest.config.cjs',
      '!/package.json',
      '!/libs',
      '/libs/*',
      '!/libs/domain',
      '!/libs/contracts',
    ],
    ...['!/tools', '/tools/*', '!/tools/mutation', 'node_modules', 'dist'],
  ],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // What cannot be noticed by any test: texts for people are checked by their words where words matter.
  mutator: { excludedMutations: ['StringLiteral'] },
  timeoutMS: 20_000,
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { logTests: false },
  jsonReporter: { fileName: 'bench-results/mutation.json' },
  tempDirName: '.stryker-tmp',
  allowEmpty: false,
  thresholds: { high: 95, low: 85, break: 85 },
};
