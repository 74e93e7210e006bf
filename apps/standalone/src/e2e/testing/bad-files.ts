import type { Landscape } from '@patchtide/contracts';

const server = { address: '10.1.0.1', os: 'debian-12' };
const component = { kind: 'nginx', tier: 'web', server: 'srv-1', application: 'crm', unit: 'nginx.service' };

/** An estate with nothing wrong. */
export const GOOD_LANDSCAPE: Landscape = {
  servers: [{ ...server, id: 'srv-1', name: 'web-01' }],
  components: [{ ...component, id: 'web', name: 'web' }],
  applications: [{ id: 'crm', name: 'CRM' }],
  relations: [],
  batchJobs: [],
  monitors: [],
};

/** One of each contradiction, and names that are refused; each fault is on a line of its own. */
export const BAD_LANDSCAPE = `servers:
  - { id: srv-1, name: web-01, address: 10.1.0.1, os: debian-12 }
  - { id: srv-2, name: app-01, address: 10.1.0.1, os: debian-12 }
  - { id: srv-1, name: db-01, address: 10.1.0.3, os: debian-12 }
  - { id: srv-4, name: "line\\nbreak", address: 10.1.0.4, os: debian-12 }
  - { id: srv-5, name: ${'x'.repeat(300)}, address: 10.1.0.5, os: debian-12 }
  - { id: "$(reboot)", name: db-02, address: 10.1.0.6, os: debian-12 }
applications:
  - { id: crm, name: CRM }
components:
  - { id: web, name: web, kind: nginx, tier: web, server: srv-1, application: crm, unit: nginx }
  - { id: app, name: app, kind: tomcat, tier: app, server: srv-9, application: crm, unit: tomcat }
relations:
  - { type: dependsOn, from: web, to: app }
  - { type: dependsOn, from: app, to: web }
  - { type: dependsOn, from: web, to: nobody }
`;

/** What must be said about it: the place, and a part of the sentence. */
export const LANDSCAPE_FAULTS: readonly (readonly [string, string])[] = [
  ['3:32 /servers/1/address', 'has the address 10.1.0.1:22 of server "srv-1"'],
  ['4:7 /servers/2/id', 'is already used'],
  ['5:18 /servers/3/name', 'form that is not allowed'],
  ['6:18 /servers/4/name', 'has 300 characters'],
  ['7:7 /servers/5/id', 'form that is not allowed'],
  ['12:52 /components/1/server', 'there is no server "srv-9"'],
  ['13:1 /relations', 'in a circle: app -> web -> app'],
  ['16:35 /relations/2/to', 'there is no component "nobody"'],
];

export const BAD_POLICY = `name: bad
tiers: [web, app]
patch: { debian: apt }
limits: { campaign: -1, tier: { batch: 2 } }
reactions: [ { on: failed, tier: dbs, retry: 1 } ]
`;

export const POLICY_FAULTS: readonly (readonly [string, string])[] = [
  ['4:11 /limits/campaign', '-1 is less than 1'],
  ['4:33 /limits/tier/batch', '"batch" is not a tier of this policy'],
  ['5:28 /reactions/0/tier', '"dbs" is not a tier of this policy'],
];

export const CSV_WITHOUT_ADDRESSES = 'type,id,name,os\nserver,srv-1,web-01,debian-12\ncluster,c-1,one,\n';
export const CSV_WITH_BROKEN_QUOTES = `type,id,name,address,os
server,srv-1,we"b-01,10.1.0.1,debian-12
server,srv-2,app-01,10.1.0.2
server,srv-3,"db-01,10.1.0.3,debian-12
`;
