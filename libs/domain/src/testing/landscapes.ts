import type { BatchJob, Component, Landscape, Monitor, Relation, Server } from '@patchtide/contracts';

/** A landscape in few words: servers and applications that components name exist by that. */
export interface Sketch {
  readonly servers?: readonly (Partial<Server> & { readonly id: string })[];
  readonly components?: readonly Component[];
  /** [from, to]: from depends on to. */
  readonly needs?: readonly (readonly [string, string])[];
  /** [component, server]: the component also runs on the server. */
  readonly runsOn?: readonly (readonly [string, string])[];
  readonly batchJobs?: readonly BatchJob[];
  /** Ids of CIs that each have one monitor. */
  readonly monitored?: readonly string[];
}

/** A component of application `crm` on a server of its own, in tier `app`, unless told otherwise. */
export function component(id: string, more: Partial<Component> = {}): Component {
  return {
    id,
    name: id,
    kind: 'service',
    tier: 'app',
    server: `srv-${id}`,
    application: 'crm',
    unit: `${id}.service`,
    ...more,
  };
}

export function batchJob(id: string, server: string): BatchJob {
  return { id, name: id, server, system: 'cron', ref: `/etc/cron.d/${id}` };
}

export function monitorOf(ci: string): Monitor {
  return { id: `mon-${ci}`, ci, system: 'alertmanager', ref: { instance: ci } };
}

export function landscapeOf(sketch: Sketch): Landscape {
  const { components = [], batchJobs = [], needs = [], runsOn = [], monitored = [] } = sketch;
  const given = new Map((sketch.servers ?? []).map((server) => [server.id, server]));
  const named = [...components, ...batchJobs].map((ci) => ci.server);
  const ids = [...new Set([...given.keys(), ...named, ...runsOn.map(([, server]) => server)])];
  const relations: Relation[] = [
    ...needs.map(([from, to]) => ({ type: 'dependsOn' as const, from, to })),
    ...runsOn.map(([from, to]) => ({ type: 'runsOn' as const, from, to })),
  ];
  return {
    servers: ids.map((id, i) => ({
      id,
      name: id,
      address: `10.0.${Math.floor(i / 250)}.${(i % 250) + 1}`,
      os: 'debian-12',
      ...given.get(id),
    })),
    components,
    applications: [...new Set(components.map((c) => c.application))].map((id) => ({ id, name: id })),
    relations,
    batchJobs,
    monitors: monitored.map(monitorOf),
  };
}

/** Web in front of app in front of db, each on a server of its own: the smallest application worth the name. */
export function threeTiers(more: Partial<Sketch> = {}): Landscape {
  return landscapeOf({
    components: [
      component('web', { tier: 'web' }),
      component('app', { tier: 'app' }),
      component('db', { tier: 'db' }),
    ],
    needs: [
      ['web', 'app'],
      ['app', 'db'],
    ],
    ...more,
  });
}
