import type { Action, Landscape, Policy, Server } from '@patchtide/contracts';
import { estimateOf } from '../forecast/estimate';
import { inWords } from '../forecast/in-words';
import { indexLandscape, type LandscapeIndex } from '../landscape/landscape-index';
import { own } from '../own';
import { type CiSetting, DEFAULT, fromException, fromPolicy, type Origin, setting } from './ci-setting';
import { exceptionsOn, rebootFor } from './effective';
import { budgetSettings, type CiPlace, clusterSettings, limitSettings, ruleSettings } from './explain-bounds';
import { parameterSettings, phaseSettings } from './explain-procedure';
import { familyOf, matchInWords } from './match';
import { settingsOf } from './patch-settings';

/** Everything that a policy says about a CI, each value with the rule that gives it. */
export interface CiExplanation {
  readonly ci: string;
  readonly name: string;
  readonly type: 'server' | 'component';
  /** What it is by the landscape, in words. */
  readonly what: string;
  readonly sections: readonly { readonly title: string; readonly settings: readonly CiSetting[] }[];
  /** Exceptions that match, whether or not they change something here. */
  readonly exceptions: readonly CiSetting[];
}

/** Explains the server or component with this id or name; null when the landscape has none. */
export function explainCi(policy: Policy, landscape: Landscape, idOrName: string): CiExplanation | null {
  const index = indexLandscape(landscape);
  const place = placeOf(index, idOrName);
  if (!place) return null;
  const { server, component } = place;
  const ci = component ?? server;
  const sections = component
    ? [
        { title: 'Procedure', settings: phaseSettings(policy, component, server) },
        { title: 'Parameters', settings: parameterSettings(policy, component, server) },
      ]
    : [{ title: 'Patching', settings: [...patchSettings(policy, server), rebootSetting(policy, place)] }];
  return {
    ci: ci.id,
    name: ci.name,
    type: component ? 'component' : 'server',
    what: whatOf(place),
    sections: [
      ...sections,
      {
        title: 'Expected durations',
        settings: durationSettings(policy, component ? OF_COMPONENT : OF_SERVER),
      },
      { title: 'Limits', settings: [...limitSettings(policy, place), ...clusterSettings(policy, place)] },
      { title: 'Budgets', settings: budgetSettings(policy, place) },
      { title: 'Own jobs, conditions, freezes', settings: ruleSettings(policy, place) },
    ].filter(({ settings }) => settings.length > 0),
    exceptions: exceptionSettings(policy, place),
  };
}

const OF_SERVER: readonly Action[] = ['MUTE', 'PATCH', 'REBOOT', 'VERIFY', 'UNMUTE'];
const OF_COMPONENT: readonly Action[] = ['STOP', 'START'];

/** A component goes before a server of the same name: about its server it tells the id. */
function placeOf(index: LandscapeIndex, idOrName: string): CiPlace | null {
  const byId = index.components.get(idOrName);
  const server = index.servers.get(idOrName);
  const component =
    byId ?? (server ? undefined : [...index.components.values()].find(({ name }) => name === idOrName));
  if (component) {
    const host = index.servers.get(component.server);
    return host ? { server: host, component, components: [component] } : null;
  }
  const found = server ?? [...index.servers.values()].find(({ name }) => name === idOrName);
  return found ? { server: found, component: null, components: index.onServer.get(found.id) ?? [] } : null;
}

function whatOf({ server, component, components }: CiPlace): string {
  if (component) {
    const cluster = component.cluster === undefined ? '' : `, cluster ${component.cluster}`;
    return `${component.kind} in tier ${component.tier} of ${component.application}${cluster}, on ${server.id} (${server.os})`;
  }
  const runs = components.map(({ id }) => id).sort();
  return `${server.os}, ${runs.length === 0 ? 'nothing runs on it' : `carries ${runs.join(', ')}`}`;
}

const PATCH_DEFAULTS = {
  scope: 'all',
  conffiles: 'keep',
  removals: 'refuse',
  lockTimeout: '5m',
  skip: 'nothing',
};

function patchSettings(policy: Policy, server: Server): CiSetting[] {
  const family = familyOf(server.os);
  const entry = own(policy.patch, family);
  if (entry === undefined) {
    return [setting('method', `none: the policy has no method for ${family}, so it is left out`, DEFAULT)];
  }
  const settings = settingsOf(entry);
  const isLong = typeof entry !== 'string';
  const method = setting(
    'method',
    settings.method,
    fromPolicy('patch', family, ...(isLong ? ['method'] : [])),
  );
  if (settings.method === 'none') return [method];
  const given = Object.entries(PATCH_DEFAULTS).map(([name, fallback]) => {
    const value = settings[name as keyof typeof PATCH_DEFAULTS];
    const words = value === undefined ? fallback : [value].flat().join(', ');
    return setting(name, words, value === undefined ? DEFAULT : fromPolicy('patch', family, name));
  });
  return [method, ...given];
}

function rebootSetting(policy: Policy, { server, components }: CiPlace): CiSetting {
  const exception = exceptionsOn(policy, server, components).findLast(({ set }) => set.reboot !== undefined);
  const origin: Origin = exception
    ? fromException(policy, exception, 'reboot')
    : policy.reboot === undefined
      ? DEFAULT
      : fromPolicy('reboot');
  return setting('reboot', rebootFor(policy, server, components), origin);
}

function durationSettings(policy: Policy, actions: readonly Action[]): CiSetting[] {
  return actions.map((action) => {
    const { estimateMs } = estimateOf(policy, action);
    const isGiven = policy.durations?.[action] !== undefined;
    return setting(action, inWords(estimateMs), isGiven ? fromPolicy('durations', action) : DEFAULT);
  });
}

function exceptionSettings(policy: Policy, { server, components }: CiPlace): CiSetting[] {
  return exceptionsOn(policy, server, components).map((exception) => {
    const { kinds = {}, reboot, exclude } = exception.set;
    const sets = [
      ...Object.keys(kinds).map((kind) => `its own procedure for kind ${kind}`),
      ...(reboot === undefined ? [] : [`reboot ${reboot}`]),
      ...(exclude === true ? ['left out of the campaign'] : []),
    ];
    return setting(matchInWords(exception.match), sets.join(', '), fromException(policy, exception));
  });
}
