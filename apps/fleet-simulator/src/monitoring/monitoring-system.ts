import type { Clock } from '../clock';
import { type JsonAnswer, type JsonRequest, type JsonServer, startJsonServer } from '../json-http';
import { AlertWatch } from './alert-watch';
import { silenceDocument } from './silence';
import { readFilter } from './silence-filter';
import { BadSilence, readSilence } from './silence-request';
import { Silences } from './silences';

const LOOK_EVERY_MS = 200;

/** Silences and alerts without a server: what hosts raise their conditions with. */
export interface MonitoringState {
  readonly clock: Clock;
  readonly silences: Silences;
  readonly alerts: AlertWatch;
}

export function newMonitoringState(clock: Clock): MonitoringState {
  const silences = new Silences(clock);
  return { clock, silences, alerts: new AlertWatch(silences, clock) };
}

export interface MonitoringSystem extends MonitoringState {
  readonly url: string;
  /** The next calls of the API are answered 500; with `afterEffect` they do their work first. */
  failNext(times: number, afterEffect?: boolean): void;
  close(): Promise<void>;
}

/** The silences of Alertmanager's v2 API over HTTP, and the alarms that would have gone out in spite of them. */
export async function startMonitoring(state: MonitoringState): Promise<MonitoringSystem> {
  const { clock, silences, alerts } = state;
  const failing = { left: 0, afterEffect: false };
  const server: JsonServer = await startJsonServer((request) => {
    const fails = failing.left > 0;
    if (fails) failing.left--;
    if (fails && !failing.afterEffect) return { status: 500, body: 'simulated failure' };
    const answer = route(request, silences, clock);
    alerts.checkAll();
    return fails ? { status: 500, body: 'simulated failure after the effect' } : answer;
  });
  const look = setInterval(() => alerts.checkAll(), LOOK_EVERY_MS);
  return {
    ...state,
    url: server.url,
    failNext: (times, afterEffect = false) => Object.assign(failing, { left: times, afterEffect }),
    close: () => {
      clearInterval(look);
      return server.close();
    },
  };
}

function route(request: JsonRequest, silences: Silences, clock: Clock): JsonAnswer {
  const [first, second, resource, id] = request.path;
  if (first === '-') return { status: 200 };
  if (first !== 'api' || second !== 'v2') return NOT_FOUND;
  const call = `${request.method} ${resource}${id === undefined ? '' : '/id'}`;
  switch (call) {
    case 'GET status':
      return {
        status: 200,
        body: { versionInfo: { version: '0.25.0' }, cluster: { status: 'disabled', peers: [] } },
      };
    case 'GET silences':
      return list(request, silences, clock);
    case 'POST silences':
      return put(request, silences, clock);
    case 'GET silence/id':
      return one(id ?? '', silences, clock);
    case 'DELETE silence/id':
      return silences.expire(id ?? '') ? { status: 200 } : NOT_FOUND;
    default:
      return NOT_FOUND;
  }
}

const NOT_FOUND: JsonAnswer = { status: 404, body: 'not found' };

function list({ query }: JsonRequest, silences: Silences, clock: Clock): JsonAnswer {
  const texts = query.getAll('filter');
  const filters = texts.map(readFilter).filter((filter) => filter !== undefined);
  if (filters.length !== texts.length) return { status: 400, body: 'bad matcher format' };
  const now = clock.now();
  return { status: 200, body: silences.list(filters).map((silence) => silenceDocument(silence, now)) };
}

function put({ body }: JsonRequest, silences: Silences, clock: Clock): JsonAnswer {
  try {
    return { status: 200, body: { silenceID: silences.put(readSilence(body, clock.now())) } };
  } catch (error) {
    if (error instanceof BadSilence) return { status: error.status, body: error.message };
    throw error;
  }
}

function one(id: string, silences: Silences, clock: Clock): JsonAnswer {
  const silence = silences.get(id);
  return silence === undefined ? NOT_FOUND : { status: 200, body: silenceDocument(silence, clock.now()) };
}
