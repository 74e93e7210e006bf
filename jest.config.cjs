// One configuration for every project; --rootDir says which one. The suffix of a test names its cost:
// *.spec.ts and *.props.spec.ts need nothing, *.int.spec.ts need real servers, *.e2e.spec.ts the whole system.
const path = require('node:path');

const kind = process.env.TEST_KIND ?? 'unit';
const patterns = { unit: '**/*.spec.ts', int: '**/*.int.spec.ts', e2e: '**/*.e2e.spec.ts' };

module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src'],
  testMatch: [patterns[kind]],
  testPathIgnorePatterns: kind === 'unit' ? ['\\.(int|e2e)\\.spec\\.ts$'] : [],
  testTimeout: kind === 'unit' ? 10_000 : 120_000,
  maxWorkers: kind === 'unit' ? 2 : 1,
  setupFiles: [require.resolve('reflect-metadata')],
  moduleNameMapper: {
    '^@patchtide/connectors/(.*)$': path.join(__dirname, 'libs/connectors/src/$1/index.ts'),
    '^@patchtide/([^/]+)$': path.join(__dirname, 'libs/$1/src/index.ts'),
  },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
};
