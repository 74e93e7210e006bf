import { ACTIONS } from '../words';
import { CLUSTER_MODES, MOMENTS, PATCH_METHODS } from '../policy';
import { day, described, duration, id, instant, label, list, record, word } from './fields';

const text = label(1, 500);
/** Of what an exception is for: its id or its name. */
const name = label(1, 200);
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 1 };
const mapOf = (values: object) => ({ type: 'object', propertyNames: id, additionalProperties: values });
const perScope = { anyOf: [count, mapOf(count)] };
const share = { type: 'string', pattern: '^([0-9]|[1-9][0-9]|100)%$', $comment: 'Write 0% to 100%.' };
const amount = { anyOf: [{ type: 'integer', minimum: 0 }, share] };
const action = { enum: ACTIONS };
const perAction = { type: 'object', propertyNames: action, additionalProperties: duration };
const reboot = described('Whether a patched server is rebooted.', { enum: ['never', 'if-needed', 'always'] });

const limits = record([], {
  campaign: described('In the whole campaign.', count),
  site: described('At one site; a number for each, or numbers by name.', perScope),
  zone: described('In one network zone.', perScope),
  application: described('In one application.', perScope),
  tier: described('In one tier.', perScope),
  cluster: described('Members of one cluster that may be down together.', perScope),
  hypervisor: described('On one hypervisor, as the servers name it.', perScope),
  tag: described('On all servers with a tag, by tag.', mapOf(count)),
});

const waveGate = {
  ...record([], {
    failures: described('At most so many servers have failed.', { type: 'integer', minimum: 0 }),
    incidents: described('At most so many incidents are open.', { type: 'integer', minimum: 0 }),
    checks: described('Every check has passed.', { enum: ['passed'] }),
  }),
  minProperties: 1,
};

const wave = record(['name'], {
  name: word,
  share: described(
    "Share of the campaign's servers that it may have, or the smallest group alone; the last wave takes the rest.",
    share,
  ),
  soak: described('How long everything must have been well before the next wave.', duration),
  gate: described('What must be so before the next wave; checked again until it is.', waveGate),
});

const budgets = record([], {
  campaign: described('In the whole campaign.', amount),
  tier: described('In one tier, by name.', mapOf(amount)),
  application: described('In one application.', amount),
  cluster: described('In one cluster.', amount),
});

/** As package managers name them: nothing that one of them, or a shell, could take for an option or a pattern. */
const NAME = '[A-Za-z0-9]([A-Za-z0-9+._~:-]{0,126}[A-Za-z0-9+._~:])?';
const packageName = {
  type: 'string',
  pattern: `^${NAME}$`,
  $comment: 'Write the name of one package, without a version and without a pattern.',
};
const packageOrAttribute = {
  type: 'string',
  pattern: `^(${NAME}|\\{[A-Za-z][A-Za-z0-9_]*\\})$`,
  $comment: 'Write the name of one package, or {name} for the value of an attribute.',
};

const argument = { type: 'string', maxLength: 4000 };
const kindStep = {
  ...record([], {
    unit: described("What to do with the component's systemd unit, or to find it doing.", {
      enum: ['stop', 'start', 'restart', 'active', 'inactive'],
    }),
    command: described("A program and its arguments; `{name}` alone is an attribute's value.", {
      ...list(argument, 100),
      minItems: 1,
    }),
    packages: described(
      "Packages to update by the server's patch method, or `{name}` for an attribute's value.",
      {
        ...list(packageOrAttribute, 100),
        minItems: 1,
      },
    ),
    until: described('Repeat each second until it exits with 0.', flag),
    timeout: described('After this long the step has failed.', duration),
  }),
  oneOf: [{ required: ['unit'] }, { required: ['command'] }, { required: ['packages'] }],
};
const steps = { anyOf: [kindStep, { ...list(kindStep, 20), minItems: 1 }] };

const phases = {
  stop: described('Stops the component.', steps),
  verifyStopped: described('Proves that it is stopped.', steps),
  start: described('Starts the component.', steps),
  verifyStarted: described('Proves that it serves again.', steps),
  patch: described("Patches it with a job of its own, after the server's packages.", steps),
  probe: described('Tells whether it is up right now, and changes nothing.', steps),
};
const scalar = { anyOf: [label(0, 200), { type: 'number' }, flag] };
const parameter = record(['type'], {
  type: { enum: ['string', 'integer', 'boolean'] },
  default: described('For components that do not name it; without a default they must.', scalar),
  values: described('The only values that are allowed.', {
    ...list({ anyOf: [label(0, 200), { type: 'number' }] }, 100),
    minItems: 1,
  }),
  minimum: described('Of an integer.', { type: 'integer' }),
  maximum: described('Of an integer.', { type: 'integer' }),
});
const procedure = record([], {
  ...phases,
  safeToKeep: described('It needs no stop while its server is patched and rebooted.', flag),
  parameters: described('Attributes that the steps use.', mapOf(parameter)),
  os: described(
    'Phases that differ on an operating system: a family such as debian, or debian-12.',
    mapOf(record([], phases)),
  ),
});
const kinds = mapOf(procedure);

const reaction = record(['on', 'retry'], {
  on: described('How the attempt ended.', { enum: ['failed', 'timed-out', 'unknown', 'unreachable'] }),
  action: described('Only for this action.', action),
  kind: described('Only for components of this kind.', word),
  tier: described('Only for this tier.', word),
  retry: described('How often to try again.', { type: 'integer', minimum: 1, maximum: 20 }),
  delay: described('How long to wait before.', duration),
});

const patchMethod = { type: 'string', enum: PATCH_METHODS };
const patchSettings = record(['method'], {
  method: described('What brings servers of this family up to date.', patchMethod),
  scope: described('Everything, or what a security archive or advisory names.', {
    enum: ['all', 'security'],
  }),
  conffiles: described(
    'What to do with a configuration file that was changed by hand and by the update; `stop`: before anything is changed.',
    {
      enum: ['keep', 'new', 'stop'],
    },
  ),
  removals: described('What to do with an update that removes packages.', { enum: ['refuse', 'allow'] }),
  lockTimeout: described('How long to wait while somebody else uses the package manager.', duration),
  skip: described('Packages that stay as they are.', { ...list(packageName, 100), uniqueItems: true }),
});

const match = {
  ...record([], {
    ...{ server: name, component: name, application: name, cluster: name, tag: name, kind: word, tier: word },
    os: described('A family such as debian, or debian-12.', word),
  }),
  minProperties: 1,
};

const ownJob = record(['name', 'action', 'per', 'at'], {
  name: described("It stands in the job's name and id.", { ...word, maxLength: 40 }),
  action: described('CHECK asks, PATCH changes, MANUAL is done by a person.', {
    enum: ['CHECK', 'PATCH', 'MANUAL'],
  }),
  per: described('One job for each of these.', { enum: ['server', 'component'] }),
  at: described(
    'before: before anything is taken away; stopped: before the patch; patched: before the reboot; verified: before anything starts; after: it serves again.',
    { enum: MOMENTS },
  ),
  match: described('Where; everything given must fit. Left out: everywhere.', match),
  steps: described('What the host does; not for MANUAL.', steps),
  instructions: described('What the person does; only for MANUAL.', label(1, 2000)),
  duration: described('How long it usually takes.', duration),
  timeout: described('After this long an attempt has failed.', duration),
});

const brokenRelation = record(['from', 'to', 'owner', 'reason', 'until'], {
  from: described('Id of the component that needs the other.', id),
  to: described('Id of the component that is needed.', id),
  owner: described('Who answers for it.', text),
  reason: text,
  until: described('The last day it holds.', day),
});

const businessGate = record(['name'], {
  name: described('What must have been published, for example month-end-closed.', word),
  match: described('Which applications wait for it. Left out: all.', match),
});

const freeze = {
  ...record(['name'], {
    name: described('What people call it.', text),
    start: instant,
    end: instant,
    ics: described('An iCalendar text (RFC 5545).', { type: 'string', maxLength: 1_000_000 }),
    file: described('An iCalendar file beside the policy file.', {
      type: 'string',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\\.ics$',
      $comment: 'Name a file that ends with .ics, without a folder.',
    }),
    timezone: described('IANA zone for events without one and for whole days.', label(1, 64)),
    match: described('What it is for. Left out: everything.', match),
  }),
  oneOf: [{ required: ['start', 'end'] }, { required: ['ics'] }, { required: ['file'] }],
};

const exception = record(['match', 'set', 'owner', 'reason', 'until'], {
  match: described('What it is for; everything given must fit.', match),
  set: described('What is different there.', {
    ...record([], { kinds, reboot, exclude: described('Left out of the campaign.', flag) }),
    minProperties: 1,
  }),
  owner: described('Who answers for it.', text),
  reason: text,
  until: described('The last day it holds.', day),
});

export const policySchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://patchtide.dev/schemas/policy.json',
  title: 'Patchtide policy',
  description: 'The standard procedure and its exceptions.',
  ...record(['name', 'tiers', 'patch'], {
    name: word,
    tiers: described('In the order in which they stop; they start in reverse.', {
      ...list(word, 20),
      minItems: 1,
      uniqueItems: true,
    }),
    limits: described('Jobs that may run at the same time, per scope.', limits),
    waves: described('Shares of the campaign that are released one after the other.', {
      ...list(wave, 20),
      minItems: 1,
    }),
    budgets: described('Failed servers at which a scope stops; reaching the number stops.', budgets),
    patch: described('Patch method per operating system family: the part of `os` before the first dash.', {
      ...mapOf({ anyOf: [patchMethod, patchSettings] }),
    }),
    reboot,
    doctor: described('Whether every host is looked at before anything is taken from it.', {
      enum: ['off', 'required'],
    }),
    clusters: described(
      'Whether a cluster may go down as a whole, or only so far that most members stay up; `default` is for all others.',
      mapOf({ enum: CLUSTER_MODES }),
    ),
    outsideDependents: described('What to do about components outside the scope that need one inside it.', {
      enum: ['stop-too', 'warn', 'exclude'],
    }),
    kinds: described('How each kind of component is stopped, started and checked.', kinds),
    reactions: described('What is tried again by rule.', list(reaction, 100)),
    durations: described('How long a job of an action usually takes.', perAction),
    timeouts: described('After how long an attempt of an action has failed.', perAction),
    jobs: described('Jobs that the standard has in addition.', list(ownJob, 100)),
    breaks: described('Relations that the order leaves out of account.', list(brokenRelation, 1_000)),
    gates: described(
      'Conditions that must be published before applications may stop.',
      list(businessGate, 100),
    ),
    freezes: described('Times in which nothing may start.', list(freeze, 100)),
    admission: described('What becomes of a plan that does not fit.', { enum: ['ask', 'reject', 'propose'] }),
    confidence: described('Least probability, in percent, to end inside the windows for a plan to fit.', {
      type: 'integer',
      minimum: 1,
      maximum: 99,
    }),
    exceptions: described('Where the standard does not hold.', list(exception, 10_000)),
  }),
};
