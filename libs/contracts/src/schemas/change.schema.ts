import { campaignId, described, duration, id, instant, label, list, record, word } from './fields';

const ids = list(id, 100_000);

const scope = record([], {
  applications: described('Every server that these applications run on.', ids),
  servers: described('These servers.', ids),
  tags: described('Every server with one of these tags.', ids),
  sites: described('Every server at one of these sites.', ids),
});

const window = record(['start', 'end', 'timezone'], {
  start: described('Nothing starts before.', instant),
  end: described('Nothing starts after, and everything is back by then.', instant),
  timezone: described('IANA name of the zone in which people read these times.', label(1, 64)),
});

/** In change files only. */
export const windowRuleSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://patchtide.dev/schemas/window-rule.json',
  title: 'Patchtide window rule',
  description: 'A window that comes back; in a change file it may stand in the place of a window.',
  ...record(['rule', 'plusDays', 'at', 'lasts', 'timezone'], {
    rule: described('The second Tuesday of a month.', { const: 'patch-tuesday', type: 'string' }),
    plusDays: described('So many days later.', { type: 'integer', minimum: 0, maximum: 27 }),
    at: described('When it opens, by the clocks of the zone.', {
      type: 'string',
      pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
      $comment: 'Write hours and minutes like 22:00, in quotes.',
    }),
    lasts: described('How long it is open.', duration),
    timezone: described('IANA name of the zone, such as Europe/Berlin.', label(1, 64)),
  }),
};

const approval = record(['by', 'at'], {
  by: described('Who approved, as the ITSM system names them.', label(1, 200)),
  at: instant,
});

export const changeSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://patchtide.dev/schemas/change.json',
  title: 'Patchtide change',
  description: 'The approved change request that asks for a campaign.',
  ...record(['id', 'title', 'scope', 'window', 'policy', 'requestedBy'], {
    id: described("The change's reference in the ITSM system; it becomes the campaign's id.", campaignId),
    title: described('One line for people.', label(1, 200)),
    scope: described('The union of what is listed; an empty scope is the whole landscape.', scope),
    window: described('When the campaign may run.', window),
    windows: described('Further windows, one after the other, for what does not fit.', list(window, 20)),
    policy: described('Name of the policy that it runs under.', word),
    requestedBy: described('Who asks for it.', label(1, 200)),
    approvals: described('Approvals given in the ITSM system, recorded as such.', list(approval, 50)),
  }),
};
