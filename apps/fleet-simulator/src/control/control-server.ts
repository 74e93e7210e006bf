import { type FaultBook, parseFaults } from '../faults';
import type { SimulatedHost } from '../host/simulated-host';
import type { Truth } from '../host/truth';
import { type JsonAnswer, type JsonRequest, type JsonServer, startJsonServer } from '../json-http';
import type { MonitoringSystem } from '../monitoring/monitoring-system';
import type { EndpointCounters } from '../ssh/ssh-endpoint';
import { describeHost } from './describe-host';
import type { WebhookReceiver } from '../webhook/webhook-receiver';

export interface ControlledFleet {
  readonly hosts: ReadonlyMap<string, SimulatedHost>;
  readonly truth: Truth;
  readonly faults: FaultBook;
  readonly monitoring: MonitoringSystem;
  readonly counters: EndpointCounters;
  readonly webhooks: WebhookReceiver;
}

/** Ground truth to read and levers to pull, as JSON over HTTP. `GET /` lists what there is. */
export async function startControl(fleet: ControlledFleet): Promise<JsonServer> {
  return startJsonServer((request) => {
    const [topic = '', ...rest] = request.path;
    if (topic === 'webhook') return fleet.webhooks.receive(request);
    if (request.method === 'GET') return read(fleet, topic, request);
    return request.method === 'POST' ? act(fleet, [topic, ...rest], request.body) : NOT_FOUND;
  });
}

const NOT_FOUND: JsonAnswer = { status: 404, body: 'not found' };

const READABLE: Readonly<Record<string, (fleet: ControlledFleet, query: URLSearchParams) => unknown>> = {
  attempts: ({ truth }, query) => [...truth.attempts.values()].filter(matching(query)),
  executions: ({ truth }, query) => truth.executions.filter(matching(query)),
  transitions: ({ truth }, query) => truth.transitions.filter(matching(query)),
  'false-alarms': ({ monitoring }) => monitoring.alerts.falseAlarms,
  faults: ({ faults }) => faults.list(),
  webhooks: ({ webhooks }) => webhooks.received,
  stats: ({ counters, truth }) => ({
    ...counters,
    attempts: truth.attempts.size,
    executions: truth.executions.length,
    cpuMs: Math.round(process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000),
    residentBytes: process.memoryUsage.rss(),
  }),
};

function read(fleet: ControlledFleet, topic: string, { path, query }: JsonRequest): JsonAnswer {
  if (topic === '') return { status: 200, body: { read: ['hosts', ...Object.keys(READABLE)], act: ACTIONS } };
  if (topic === 'hosts') return readHosts(fleet, path[1]);
  const readable = Object.hasOwn(READABLE, topic) ? READABLE[topic] : undefined;
  return readable === undefined ? NOT_FOUND : { status: 200, body: readable(fleet, query) };
}

function readHosts({ hosts }: ControlledFleet, id: string | undefined): JsonAnswer {
  if (id === undefined) return { status: 200, body: [...hosts.values()].map(describeHost) };
  const host = hosts.get(id);
  return host === undefined ? NOT_FOUND : { status: 200, body: describeHost(host) };
}

function matching(query: URLSearchParams) {
  const server = query.get('server');
  const attempt = query.get('attempt');
  return (entry: { server: string; attemptId?: string }) =>
    (server === null || entry.server === server) && (attempt === null || entry.attemptId === attempt);
}

const ACTIONS = [
  'POST /faults [fault, …]',
  'POST /hosts/<id>/{reboot,crash,cut,power-on}',
  'POST /monitoring/fail { times, afterEffect? }',
  'POST /monitoring/forget',
  'POST /webhook/{monitoring,batch,…}',
];

function act(
  fleet: ControlledFleet,
  [topic, name = '', verb = '']: readonly string[],
  body: unknown,
): JsonAnswer {
  switch (topic) {
    case 'faults':
      return addFaults(fleet, body);
    case 'hosts':
      return actOnHost(fleet.hosts.get(name), verb);
    case 'monitoring':
      return actOnMonitoring(fleet.monitoring, name, body);
    default:
      return NOT_FOUND;
  }
}

function actOnMonitoring(monitoring: MonitoringSystem, verb: string, body: unknown): JsonAnswer {
  const { times, afterEffect } = (body ?? {}) as { times?: unknown; afterEffect?: unknown };
  if (verb === 'forget') monitoring.silences.forgetAll();
  else if (verb === 'fail') monitoring.failNext(typeof times === 'number' ? times : 1, afterEffect === true);
  else return NOT_FOUND;
  return DONE;
}

const DONE: JsonAnswer = { status: 200, body: {} };

function addFaults({ faults }: ControlledFleet, body: unknown): JsonAnswer {
  try {
    parseFaults(body).forEach((fault) => faults.add(fault));
    return DONE;
  } catch (error) {
    if (error instanceof TypeError) return { status: 400, body: error.message };
    throw error;
  }
}

function actOnHost(host: SimulatedHost | undefined, verb: string): JsonAnswer {
  if (host === undefined) return NOT_FOUND;
  const levers: Readonly<Record<string, () => void>> = {
    reboot: () => host.reboot(),
    crash: () => host.crash(),
    cut: () => host.cutConnections(),
    'power-on': () => host.powerOn(),
  };
  const pull = Object.hasOwn(levers, verb) ? levers[verb] : undefined;
  if (pull === undefined) return NOT_FOUND;
  pull();
  return DONE;
}
