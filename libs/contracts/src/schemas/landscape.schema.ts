import { described, id, label, list, record, word } from './fields';

const MANY = 200_000;
const name = described('What people call it. Data: it never becomes part of a command line.', label(1, 200));
const owner = described('The team or person to ask.', label(0, 200));
const ref = { type: 'object', maxProperties: 50 };
const address = {
  type: 'string',
  pattern: '^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$',
  $comment: 'Use a host name or an IP address.',
};
const unit = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9:_.@\\\\-]{0,254}$',
  $comment: 'Use the name of a systemd unit, for example postgresql@15-main.',
};

const server = record(['id', 'name', 'address', 'os'], {
  id,
  name,
  address: described('Where SSH reaches it.', address),
  port: described('The SSH port; 22 when it is not given.', { type: 'integer', minimum: 1, maximum: 65535 }),
  os: described('`<distribution>-<version>`; the part before the first dash picks the patch method.', word),
  zone: described('The network zone, served by executors of this zone.', word),
  site: described('The place, for limits and scopes.', word),
  environment: described('For example production or test.', word),
  hypervisor: described('The machine that carries this virtual one, for limits.', word),
  owner,
  tags: described('Free words for scopes and exceptions.', list(word, 100)),
});

const attributes = {
  type: 'object',
  maxProperties: 50,
  propertyNames: {
    pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$',
    not: word.not,
    $comment: 'Name it with 1 to 64 letters, digits and "_", a letter first.',
  },
  additionalProperties: { anyOf: [label(0, 200), { type: 'number' }, { type: 'boolean' }] },
};

const component = record(['id', 'name', 'kind', 'tier', 'server', 'application'], {
  id,
  name,
  kind: described('What it is, for example postgresql; the policy says how this kind is stopped.', word),
  tier: described('One of the tiers of the policy: web, app, db, …', word),
  server: described('Id of the server it runs on.', id),
  application: described('Id of the application it is a part of.', id),
  cluster: described('Components of one cluster stand in for each other.', id),
  owner,
  unit: described('Its systemd unit.', unit),
  attributes: described('Values for the `{name}` arguments of the policy.', attributes),
});

const application = record(['id', 'name'], {
  id,
  name,
  owner,
  criticality: { enum: ['low', 'medium', 'high'] },
});

const relation = record(['type', 'from', 'to'], {
  type: described('dependsOn: component needs component. runsOn: component also runs on server.', {
    enum: ['dependsOn', 'runsOn'],
  }),
  from: described('Id of the component that needs the other.', id),
  to: described('Id of the component, or for runsOn the server, that is needed.', id),
});

const batchJob = record(['id', 'name', 'server', 'system', 'ref'], {
  id,
  name,
  server: described('Id of the server it runs on.', id),
  system: described('The scheduler: cron, systemd or a name of your own.', word),
  ref: described("The scheduler's own name for it.", { anyOf: [label(1, 200), ref] }),
});

const monitor = record(['id', 'ci', 'system', 'ref'], {
  id,
  ci: described('Id of the server or component it watches.', id),
  system: described('The monitoring system: alertmanager or a name of your own.', word),
  ref: described("The monitoring system's own reference, for example matchers.", ref),
});

export const landscapeSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://patchtide.dev/schemas/landscape.json',
  title: 'Patchtide landscape',
  description: 'The CIs and relations of an estate, as they come from the CMDB.',
  ...record(['servers'], {
    servers: described('Machines that are patched and rebooted.', list(server, MANY)),
    components: described('Parts of applications on servers.', list(component, MANY)),
    applications: described('Business services that components belong to.', list(application, MANY)),
    relations: described('What needs what.', list(relation, MANY)),
    batchJobs: described('What is held while its server is patched.', list(batchJob, MANY)),
    monitors: described('What is muted while its CI is patched.', list(monitor, MANY)),
  }),
};
