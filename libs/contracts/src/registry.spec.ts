import * as campaignEvents from './events/campaign-events';
import * as jobEvents from './events/job-events';
import * as otherEvents from './events/other-events';
import { commands, type EventCategory, events, messages, parseCommand, parseEvent } from './registry';

type Shapes = Record<string, new () => object>;
const eventTables: Shapes[] = Object.values(events);

const change = {
  id: 'CHG1',
  title: 'November patches',
  scope: {},
  window: { start: '2026-11-29T22:00:00Z', end: '2026-11-30T02:00:00Z', timezone: 'Europe/Berlin' },
  policy: 'standard',
  requestedBy: 'm.weber',
};
const digest = `sha256:${'0'.repeat(64)}`;
const at = '2026-11-29T22:00:00Z';
const actor = { by: 'k.lindner', reason: 'agreed' };

describe('the registry', () => {
  it('knows every event class there is, once', () => {
    const registered = eventTables.flatMap((table) => Object.values(table));
    const helpers = [otherEvents.Drift];
    const written = [campaignEvents, jobEvents, otherEvents]
      .flatMap((file) => Object.values<new () => object>(file))
      .filter((shape) => !helpers.includes(shape as never));
    expect(new Set(registered)).toEqual(new Set(written));
    expect(new Set(registered).size).toBe(registered.length);
  });

  it('names every class as its key says, because the name travels as the type', () => {
    const tables: Shapes[] = [...eventTables, commands, messages];
    const entries = tables.flatMap((table) => Object.entries(table));
    expect(entries.filter(([type, shape]) => type !== shape.name)).toEqual([]);
  });

  it('returns an event with its type', () => {
    const data = { by: 'k.lindner', reason: 'coffee', at };
    expect(parseEvent('campaign', 'CampaignPaused', data)).toEqual({
      ok: true,
      value: { type: 'CampaignPaused', data },
    });
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '', 'PlanGenerated'])(
    'finds no campaign event named %p and says which there are',
    (type) => {
      const parsed = parseEvent('campaign', type, {});
      expect(parsed).toMatchObject({ ok: false, faults: [{ path: '/type' }] });
      expect(!parsed.ok && parsed.faults[0]?.remedy).toContain('JobDispatched');
    },
  );

  it.each<unknown>([undefined, null, 7, {}])('refuses %p as a type', (type) => {
    expect(parseEvent('campaign', type as string, {})).toMatchObject({ ok: false });
    expect(parseCommand(type as string, {})).toMatchObject({ ok: false });
  });

  it.each(['constructor', '__proto__', 'nothing'])('finds no event in a category named %p', (category) => {
    expect(parseEvent(category as EventCategory, 'keys', {})).toMatchObject({ ok: false });
  });

  it('refuses an event that lacks a nested object', () => {
    const captured = {
      campaign: 'CHG1',
      revision: 1,
      landscapeDigest: digest,
      source: 'file',
      servers: 1,
      components: 1,
      applications: 1,
      at,
    };
    expect(parseEvent('landscape', 'LandscapeCaptured', captured)).toMatchObject({
      ok: false,
      faults: [{ path: '/drift' }],
    });
    const drift = { added: 1, removed: 0, changed: 0 };
    expect(parseEvent('landscape', 'LandscapeCaptured', { ...captured, drift }).ok).toBe(true);
  });

  it('refuses a command without an actor', () => {
    const approve = { campaign: 'CHG1', planDigest: digest };
    expect(parseCommand('ApproveCampaign', approve)).toMatchObject({
      ok: false,
      faults: [{ path: '/actor' }],
    });
    expect(parseCommand('ApproveCampaign', { ...approve, actor }).ok).toBe(true);
  });

  it('refuses a verb that is not one', () => {
    const control = { campaign: 'CHG1', verb: 'destroy', actor };
    expect(parseCommand('ControlCampaign', control)).toMatchObject({
      ok: false,
      faults: [{ path: '/verb' }],
    });
  });

  it('holds a change in a message to the same rules as in a file, and names every fault', () => {
    expect(parseCommand('SubmitChange', { change }).ok).toBe(true);
    const broken = { ...change, id: 'a b', policy: undefined, scope: { applications: 'crm' } };
    const parsed = parseCommand('SubmitChange', { change: broken });
    const paths = parsed.ok ? [] : parsed.faults.map(({ path }) => path);
    expect(paths.sort()).toEqual(['/change/id', '/change/policy', '/change/scope/applications']);
  });
});
