import type { Amount, Component, Policy, Server } from '@patchtide/contracts';
import { own } from '../own';
import { type CiSetting, DEFAULT, fromPolicy, setting } from './ci-setting';
import { matches, matchInWords } from './match';
import { clusterMode } from './resolve-limits';

/** A CI with what runs there: one component, or everything on a server. */
export interface CiPlace {
  readonly server: Server;
  readonly component: Component | null;
  readonly components: readonly Component[];
}

/** Limits in which jobs of this CI count. */
export function limitSettings(
  { limits = {} }: Policy,
  { server, components, component }: CiPlace,
): CiSetting[] {
  const applications = [...new Set(components.map((one) => one.application))].sort();
  return [
    ...(limits.campaign === undefined
      ? []
      : [setting('campaign', `${limits.campaign} jobs at a time`, fromPolicy('limits', 'campaign'))]),
    ...limitOf('site', limits.site, server.site ?? 'default'),
    ...limitOf('zone', limits.zone, server.zone ?? 'default'),
    ...(server.hypervisor === undefined ? [] : limitOf('hypervisor', limits.hypervisor, server.hypervisor)),
    ...(server.tags ?? []).flatMap((tag) => limitOf('tag', limits.tag, tag)),
    ...applications.flatMap((name) => limitOf('application', limits.application, name)),
    ...(component === null ? [] : limitOf('tier', limits.tier, component.tier)),
  ];
}

function limitOf(
  scope: string,
  limit: number | Readonly<Record<string, number>> | undefined,
  name: string,
): CiSetting[] {
  const number = typeof limit === 'object' ? own(limit, name) : limit;
  if (number === undefined) return [];
  const path = typeof limit === 'object' ? [scope, name] : [scope];
  return [setting(`${scope} ${name}`, `${number} jobs at a time`, fromPolicy('limits', ...path))];
}

/** Whether its cluster may go down as a whole, and else how many members may. */
export function clusterSettings(policy: Policy, { component }: CiPlace): CiSetting[] {
  const cluster = component?.cluster;
  if (cluster === undefined) return [];
  const mode = clusterMode(policy, cluster);
  const named = own(policy.clusters, cluster) === undefined ? 'default' : cluster;
  const origin = own(policy.clusters, named) === undefined ? DEFAULT : fromPolicy('clusters', named);
  const limit = policy.limits?.cluster;
  const number = typeof limit === 'object' ? own(limit, cluster) : limit;
  const path = typeof limit === 'object' ? ['cluster', cluster] : ['cluster'];
  return [
    setting(`cluster ${cluster}`, mode, origin),
    ...(mode === 'full-stop' || number === undefined
      ? []
      : [
          setting(
            `cluster ${cluster}`,
            `${number} of its members down at a time`,
            fromPolicy('limits', ...path),
          ),
        ]),
  ];
}

/** Failed servers at which a scope of this CI stops. */
export function budgetSettings({ budgets = {} }: Policy, { component }: CiPlace): CiSetting[] {
  const { tier, cluster } = component ?? {};
  return [
    ...budget('campaign', budgets.campaign, ['campaign']),
    ...(tier === undefined ? [] : budget(`tier ${tier}`, own(budgets.tier, tier), ['tier', tier])),
    ...budget('application', budgets.application, ['application']),
    ...(cluster === undefined ? [] : budget('cluster', budgets.cluster, ['cluster'])),
  ];
}

function budget(name: string, amount: Amount | undefined, path: readonly string[]): CiSetting[] {
  if (amount === undefined) return [];
  const number = typeof amount === 'number' ? Math.max(1, amount) : amount;
  return [setting(name, `stops at ${number} failed`, fromPolicy('budgets', ...path))];
}

/** Jobs of the policy's own, conditions of the business and freezes that match. */
export function ruleSettings(policy: Policy, { server, component, components }: CiPlace): CiSetting[] {
  const { jobs = [], gates = [], freezes = [] } = policy;
  const isFor = ({ match }: { readonly match?: (typeof gates)[number]['match'] }): boolean =>
    matches(match, server, components);
  const why = ({ match }: { readonly match?: (typeof gates)[number]['match'] }): string =>
    match === undefined ? '' : ` (because of ${matchInWords(match)})`;
  return [
    ...jobs.flatMap((job, i) =>
      isFor(job) && (job.per === 'component') === (component !== null)
        ? [setting(`job ${job.action} ${job.name}`, `${job.at}${why(job)}`, fromPolicy('jobs', i))]
        : [],
    ),
    ...gates.flatMap((gate, i) =>
      isFor(gate)
        ? [
            setting(
              `condition ${gate.name}`,
              `must be published before the stop${why(gate)}`,
              fromPolicy('gates', i),
            ),
          ]
        : [],
    ),
    ...freezes.flatMap((freeze, i) => {
      const when = freeze.start === undefined ? 'by its calendar' : `${freeze.start} to ${freeze.end ?? ''}`;
      return isFor(freeze)
        ? [setting(`freeze ${freeze.name}`, `${when}${why(freeze)}`, fromPolicy('freezes', i))]
        : [];
    }),
  ];
}
