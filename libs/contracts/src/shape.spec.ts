import { checkShape, hasForm } from './shape';

const server = { id: 'srv-1', name: 'crm-db-01', address: '10.0.0.1', os: 'debian-12' };
const component = {
  id: 'crm-db',
  name: 'crm-db-01',
  kind: 'postgresql',
  tier: 'db',
  server: 'srv-1',
  application: 'crm',
};
const landscape = (parts: object) => ({ servers: [server], ...parts });
const policy = (parts: object) => ({ name: 'standard', tiers: ['db'], patch: { debian: 'apt' }, ...parts });
const change = (parts: object) => ({
  id: 'CHG1',
  title: 'November patches',
  scope: {},
  window: { start: '2026-11-29T22:00:00+01:00', end: '2026-11-30T02:00:00+01:00', timezone: 'Europe/Berlin' },
  policy: 'standard',
  requestedBy: 'm.weber',
  ...parts,
});
const said = (...[kind, value]: Parameters<typeof checkShape>) =>
  checkShape(kind, value).map(({ path, message, remedy }) => `${path}: ${message}. ${remedy}`);
const named = (name: unknown) => landscape({ servers: [{ ...server, name }] });

describe('a document', () => {
  it('of the published shape has no faults', () => {
    expect(
      said('landscape', landscape({ components: [{ ...component, attributes: { port: 5432 } }] })),
    ).toEqual([]);
    expect(said('policy', policy({ limits: { campaign: 60, site: { cologne: 40 }, cluster: 1 } }))).toEqual(
      [],
    );
    expect(said('change', change({ approvals: [{ by: 'k.lindner', at: '2026-11-24T09:12:00Z' }] }))).toEqual(
      [],
    );
  });

  it('is told every fault at once, with its place and what to write instead', () => {
    const broken = {
      servers: [{ id: 'a b', port: '22', extra: 1 }],
      relations: [{ type: 'likes', from: 'a' }],
    };
    expect(said('landscape', broken).sort()).toEqual([
      '/relations/0/to: is missing. Add it.',
      '/relations/0/type: "likes" is not one of the allowed values. Use one of: dependsOn, runsOn.',
      '/servers/0/address: is missing. Add it.',
      '/servers/0/extra: is not a known property. Remove it or correct its name; known here: id, name, address, port, os, zone, site, environment, hypervisor, owner, tags.',
      '/servers/0/id: "a b" has a form that is not allowed. Use 1 to 128 letters, digits, "." "_" and "-", a letter or digit first.',
      '/servers/0/name: is missing. Add it.',
      '/servers/0/os: is missing. Add it.',
      '/servers/0/port: "22" is not a whole number. Write a whole number, without quotes.',
    ]);
  });

  it.each([[null], [[]], ['text'], [7], [undefined]])('is an object, not %p', (value) => {
    expect(checkShape('landscape', value)).toHaveLength(1);
  });

  it('with very many faults names 200 of them, and soon', () => {
    const components = Array.from({ length: 20_000 }, () => ({ ...component, attributes: { port: null } }));
    expect(checkShape('landscape', landscape({ components }))).toHaveLength(200);
  });
});

describe('a name', () => {
  it.each(['a"; rm -rf /', '$(x)', 'ä ö', '`id`', "it's", 'x'.repeat(200), '数据库'])(
    'may be %p: it is data',
    (name) => {
      expect(said('landscape', named(name))).toEqual([]);
    },
  );

  it('of 300 characters is refused, with the reason', () => {
    expect(said('landscape', named('x'.repeat(300)))).toEqual([
      `/servers/0/name: "${'x'.repeat(60)}…" has 300 characters, more than 200. Use 1 to 200 characters without line breaks and control characters.`,
    ]);
  });

  it.each(['a\nb', 'a\tb', '\u0000', 'a\u001b[2Jb', 'a\u0085b', 'a\u2028b', 'a\u202eb', 'a\ud800b'])(
    'with something in it that cannot be seen (%j) is refused, and shown harmless',
    (name) => {
      const [fault, ...more] = checkShape('landscape', named(name));
      expect(more).toEqual([]);
      expect(fault).toMatchObject({
        path: '/servers/0/name',
        remedy: 'Use 1 to 200 characters without line breaks and control characters.',
      });
      expect(fault?.message).toMatch(/^[\x20-\x7e]*$/);
    },
  );

  it('that every JavaScript object inherits is refused where it would become a key', () => {
    const odd = landscape({
      components: [{ ...component, id: 'constructor', tier: 'toString', cluster: 'valueOf' }],
    });
    expect(said('landscape', odd).sort()).toEqual([
      '/components/0/cluster: "valueOf" is a reserved word. Choose another name.',
      '/components/0/id: "constructor" is a reserved word. Choose another name.',
      '/components/0/tier: "toString" is a reserved word. Choose another name.',
    ]);
  });

  it('of a property is reported at the property, without what moves a cursor', () => {
    const attributes = { 'bad name': 1, ['esc\u001b[2J/~']: 2 };
    expect(
      checkShape('landscape', landscape({ components: [{ ...component, attributes }] })).map((f) => f.path),
    ).toEqual(['/components/0/attributes/bad name', '/components/0/attributes/esc\\u001b[2J~1~0']);
  });

  it('that a JSON parser puts into the prototype is an unknown property', () => {
    const smuggled = JSON.parse('{ "servers": [], "__proto__": { "polluted": true } }') as object;
    expect(checkShape('landscape', smuggled).map(({ path }) => path)).toEqual(['/__proto__']);
  });
});

describe('the patch settings of a policy', () => {
  it('are a method, or a method with options', () => {
    const apt = {
      method: 'apt',
      scope: 'security',
      conffiles: 'stop',
      lockTimeout: '5m',
      skip: ['libc6', 'g++'],
    };
    expect(said('policy', policy({ patch: { debian: apt, rhel: 'dnf' } }))).toEqual([]);
  });

  it('name what is wrong with them, each with what to write instead', () => {
    const apt = { method: 'yum', scope: 'some', colour: 'red', skip: ['-o', 'a*'] };
    expect(said('policy', policy({ patch: { debian: apt, rhel: 'yum' } })).sort()).toEqual([
      '/patch/debian/colour: is not a known property. Remove it or correct its name; known here: method, scope, conffiles, removals, lockTimeout, skip.',
      '/patch/debian/method: "yum" is not one of the allowed values. Use one of: apt, dnf, zypper, wua, none.',
      '/patch/debian/scope: "some" is not one of the allowed values. Use one of: all, security.',
      '/patch/debian/skip/0: "-o" has a form that is not allowed. Write the name of one package, without a version and without a pattern.',
      '/patch/debian/skip/1: "a*" has a form that is not allowed. Write the name of one package, without a version and without a pattern.',
      '/patch/rhel: "yum" is not one of the allowed values. Use one of: apt, dnf, zypper, wua, none.',
    ]);
  });
});

describe('a choice', () => {
  it('between kinds of values is one fault, not one per kind', () => {
    expect(
      said('landscape', landscape({ components: [{ ...component, attributes: { port: null } }] })),
    ).toEqual([
      '/components/0/attributes/port: null is not a text or a number or true or false. Write a text or a number or true or false.',
    ]);
    expect(said('policy', policy({ limits: { zone: 'x' } }))).toEqual([
      '/limits/zone: "x" is not a whole number or an object. Write a whole number or an object.',
    ]);
  });

  it('that was made is judged by its own rules', () => {
    expect(said('policy', policy({ limits: { campaign: -1, site: -1, tier: { db: 0 } } }))).toEqual([
      '/limits/campaign: -1 is less than 1. Write 1 or more.',
      '/limits/site: -1 is less than 1. Write 1 or more.',
      '/limits/tier/db: 0 is less than 1. Write 1 or more.',
    ]);
    expect(said('policy', policy({ kinds: { pg: { stop: [{ unit: 'halt' }] } } }))).toEqual([
      '/kinds/pg/stop/0/unit: "halt" is not one of the allowed values. Use one of: stop, start, restart, active, inactive.',
    ]);
  });

  it.each([[{}], [{ unit: 'active', command: ['pg_isready'] }]])(
    'of one property among several is named as such: %j',
    (start) => {
      expect(said('policy', policy({ kinds: { pg: { start } } }))).toEqual([
        '/kinds/pg/start: does not have exactly one of them. Give one of: unit, command, packages.',
      ]);
    },
  );
});

describe('a policy', () => {
  it.each([
    [{ tiers: [] }, '/tiers'],
    [{ tiers: ['db', 'db'] }, '/tiers'],
    [{ patch: { debian: 'yum' } }, '/patch/debian'],
    [{ budgets: { campaign: '101%' } }, '/budgets/campaign'],
    [{ durations: { STOPP: '5m' } }, '/durations/STOPP'],
    [{ durations: { STOP: '5 minutes' } }, '/durations/STOP'],
    [{ waves: [{ name: 'canary', share: '5' }] }, '/waves/0/share'],
    [
      { exceptions: [{ match: {}, set: { exclude: true }, owner: 'a', reason: 'b', until: '2027-03-31' }] },
      '/exceptions/0/match',
    ],
    [
      {
        exceptions: [
          { match: { tag: 'a' }, set: { exclude: true }, owner: 'a', reason: 'b', until: '2027-02-30' },
        ],
      },
      '/exceptions/0/until',
    ],
  ])('with %j is refused at %s', (parts, path) => {
    expect(checkShape('policy', policy(parts)).map((fault) => fault.path)).toEqual([path]);
  });

  it('may name in an exception whatever a landscape may be called', () => {
    const exception = {
      match: { component: 'ä ö' },
      set: { exclude: true },
      owner: 'a',
      reason: 'b',
      until: '2027-03-31',
    };
    expect(said('policy', policy({ exceptions: [exception] }))).toEqual([]);
  });
});

describe('a change', () => {
  it.each([
    ['2026-11-29 22:00:00+01:00', 'a blank for the T'],
    ['2026-11-29T23:59:60Z', 'a leap second'],
    ['2026-02-30T22:00:00Z', 'a day that does not exist'],
    ['2026-11-29T22:00:00', 'no zone'],
  ])('whose window starts at %p (%s) is refused', (start) => {
    const { window } = change({});
    expect(said('change', change({ window: { ...window, start } }))).toEqual([
      `/window/start: "${start}" does not exist or is not written as it must be. Write a moment that exists, with its zone, like 2026-11-29T22:00:00+01:00.`,
    ]);
  });

  it('has an id that can be the id of a campaign', () => {
    expect(checkShape('change', change({ id: 'CHG.1' })).map(({ path }) => path)).toEqual(['/id']);
  });
});

describe('the form of a document', () => {
  it('is there when only texts and numbers are wrong, so that its sense can be examined too', () => {
    expect(hasForm('landscape', named('line\nbreak'))).toBe(true);
    expect(hasForm('policy', policy({ limits: { campaign: -1, tier: { dbs: 2 } }, unheard: 1 }))).toBe(true);
    expect(hasForm('change', change({ id: 'a b', window: { start: '', end: '', timezone: '' } }))).toBe(true);
  });

  it('is not there when something is missing or of another kind', () => {
    expect(hasForm('landscape', { servers: [{ id: 'srv-1' }] })).toBe(false);
    expect(hasForm('landscape', named(5))).toBe(false);
    expect(hasForm('policy', policy({ limits: { tier: [] } }))).toBe(false);
    expect(hasForm('policy', policy({ kinds: { db: { stop: 'now' } } }))).toBe(false);
    expect(hasForm('change', null)).toBe(false);
  });
});
