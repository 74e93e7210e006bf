import { evidencePack } from './testing/evidence';
import { type Evidence, verifyEvidence } from './verify-evidence';

interface Pack {
  campaign: string;
  streams: Record<string, Record<string, unknown>[]>;
  documents: Record<string, string>;
}

const copyOf = (evidence: Evidence): Pack => structuredClone(evidence) as unknown as Pack;
const verdictOn = (pack: Pack) => verifyEvidence(pack as unknown as Evidence);

/** Every value in a document that is no container, by its path. */
function leavesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

/** Changes the value at a path a little, in its own kind. */
function alter(document: unknown, path: readonly string[]): void {
  const parent = path.slice(0, -1).reduce((at, key) => (at as Record<string, unknown>)[key], document);
  const key = path.at(-1) ?? '';
  const value = (parent as Record<string, unknown>)[key];
  const changed =
    typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}x`;
  (parent as Record<string, unknown>)[key] = changed;
}

describe('an evidence pack', () => {
  let evidence: Evidence;
  let pack: Pack;

  beforeAll(async () => (evidence = await evidencePack()));
  beforeEach(() => (pack = copyOf(evidence)));

  it('verifies as it was exported', () => {
    const verdict = verdictOn(pack);
    expect(verdict).toMatchObject({
      faults: [],
      streams: 4,
      events: 7,
      documents: 3,
      end: { type: 'CampaignClosed', isClosed: true },
    });
    expect(verdict.heads['campaign-CHG-1']).toBe(evidence.streams['campaign-CHG-1']?.at(-1)?.hash);
  });

  it('is still the same after another program has written it in another order and layout', () => {
    const turned = Object.fromEntries(Object.entries(pack).reverse());
    const again = JSON.parse(JSON.stringify(turned, null, 4)) as Pack;
    expect(verdictOn(again).faults).toEqual([]);
  });

  it('does not verify when any single value in it is another', () => {
    const paths = leavesOf(evidence);
    expect(paths.length).toBeGreaterThan(80);
    const unseen = paths.filter((path) => {
      const altered = copyOf(evidence);
      alter(altered, path);
      return verdictOn(altered).faults.length === 0;
    });
    expect(unseen).toEqual([]);
  });

  it('names the first event that was altered', () => {
    const data = pack.streams['campaign-CHG-1']?.[1]?.['data'] as Record<string, unknown>;
    data['job'] = 'stop-web';
    expect(verdictOn(pack).faults).toEqual([
      {
        path: '/streams/campaign-CHG-1/1',
        message: 'event 2 (JobDispatched) was altered: its hash does not follow',
        remedy: expect.any(String),
      },
    ]);
  });

  const events = () => pack.streams['campaign-CHG-1'] ?? [];
  const changeId = (change: (id: string) => string) =>
    Object.assign(events()[1] ?? {}, { id: change(String(events()[1]?.['id'])) });
  const swap = (list: unknown[], a: number, b: number) => ([list[a], list[b]] = [list[b], list[a]]);
  const forgeries: Record<string, () => void> = {
    'an event is left out': () => events().splice(1, 1),
    'the first event is left out': () => events().shift(),
    'an event stands twice': () => events().splice(1, 0, structuredClone(events()[1] ?? {})),
    'two events change places': () => swap(events(), 1, 2),
    'two events change places and numbers': () => {
      swap(events(), 1, 2);
      events().forEach((event, i) => (event['version'] = i + 1));
    },
    'an event is added at the end': () =>
      events().push({
        ...structuredClone(events()[3]),
        version: 5,
        id: '00000000-0000-4000-8000-000000000000',
      }),
    'something is added to an event that no hash covers': () =>
      (events()[0] = { ...events()[0], note: 'fine' }),
    'something is added to the pack that no hash covers': () => Object.assign(pack, { approvedBy: 'nobody' }),
    'a field of an event is gone': () => delete (events()[1]?.['data'] as Record<string, unknown>)['epoch'],
    'a field of an event is new': () => Object.assign(events()[1]?.['data'] as object, { by: 'somebody' }),
    'the cause is gone': () => delete (events()[1]?.['meta'] as Record<string, unknown>)['causation'],
    'a number is beyond what JSON can carry': () =>
      Object.assign(events()[1]?.['data'] as object, { epoch: Infinity }),
    'an id is written in other letters': () => changeId((id) => id.toUpperCase()),
    'an id has its dashes elsewhere': () => changeId((id) => `-${id.replaceAll('-', '')}`),
    'a version of the schema is not whole': () => Object.assign(events()[1] ?? {}, { schemaVersion: 1.5 }),
    'a version of the schema is beyond its width': () =>
      Object.assign(events()[1] ?? {}, { schemaVersion: 2 ** 40 }),
    'the history of the campaign is gone': () => delete pack.streams['campaign-CHG-1'],
    'the history of the plan is gone': () => delete pack.streams['plan-CHG-1'],
    'the end of the history of the landscape is cut off': () => pack.streams['landscape-CHG-1']?.pop(),
    'everything is gone': () => Object.assign(pack, { streams: {}, documents: {} }),
    'it is given out as that of another campaign': () => (pack.campaign = 'CHG-2'),
    'a stream bears another name': () => {
      pack.streams['campaign-CHG-2'] = events();
      delete pack.streams['campaign-CHG-1'];
    },
    'a stream of another campaign is among them': () => (pack.streams['plan-CHG-2'] = []),
    'a document is gone': () => delete pack.documents[Object.keys(pack.documents)[0] ?? ''],
    'a document stands under the digest of another': () => {
      const [a = '', b = ''] = Object.keys(pack.documents);
      [pack.documents[a], pack.documents[b]] = [pack.documents[b] ?? '', pack.documents[a] ?? ''];
    },
    'a document is there that no event names': () =>
      (pack.documents['sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'] = ''),
  };

  it.each(Object.keys(forgeries))('does not verify when %s', (what) => {
    forgeries[what]?.();
    expect(verdictOn(pack).faults).not.toEqual([]);
  });

  it('says that its end may be missing, because no chain can prove that nothing follows', () => {
    events().pop();
    expect(verdictOn(pack)).toMatchObject({ faults: [], end: { type: 'JobFailed', isClosed: false } });
  });
});
