import { ACTIONS } from '../words';
import { PATCH_METHODS } from '../policy';
import { day, described, duration, id, label, list, record, word } from './fields';

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
});

const wave = record(['name'], {
  name: word,
  share: described("Share of the campaign's servers; the last wave takes the rest.", share),
  soak: described('How long everything must have been well before the next wave.', duration),
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

const procedure = record([], {
  stop: described('Stops the component.', steps),
  verifyStopped: described('Proves that it is stopped.', steps),
  start: described('Starts the component.', steps),
  verifyStarted: described('Proves that it serves again.', steps),
  patch: described("Patches it with a job of its own, after the server's packages.", steps),
  probe: described('Tells whether it is up right now, and changes nothing.', steps),
  safeToKeep: described('It needs no stop while its server is patched and rebooted.', flag),
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

const exception = record(['match', 'set', 'owner', 'reason', 'until'], {
  match: described('What it is for; everything given must fit.', {
    ...record([], { server: name, component: name, application: name, cluster: name, tag: name }),
    minProperties: 1,
  }),
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
    clusters: described('Whether a cluster may go down as a whole; `default` is for all others.', {
      ...mapOf({ enum: ['limited', 'full-stop'] }),
    }),
    outsideDependents: described('What to do about components outside the scope that need one inside it.', {
      enum: ['stop-too', 'warn', 'exclude'],
    }),
    kinds: described('How each kind of component is stopped, started and checked.', kinds),
    reactions: described('What is tried again by rule.', list(reaction, 100)),
    durations: described('How long a job of an action usually takes.', perAction),
    timeouts: described('After how long an attempt of an action has failed.', perAction),
    exceptions: described('Where the standard does not hold.', list(exception, 10_000)),
  }),
};
