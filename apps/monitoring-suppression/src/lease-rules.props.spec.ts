import fc from 'fast-check';
import { type Lease, planKeeping } from './lease-rules';
import { type Suppression, keyOf } from './suppression-state';

const SECOND = 1_000;
const settings = { leaseMs: 900 * SECOND, graceMs: 1_800 * SECOND, volatileMs: 60 * SECOND };
const start = Date.parse('2026-11-29T22:00:00.000Z');
const windowEndMs = start + 7_200 * SECOND;
const limitMs = windowEndMs + settings.graceMs;
const SUBJECTS = ['mon-1', 'mon-2', 'mon-3'];

/** A monitoring system and a keeper that may be struck by anything between two rounds. */
class Night {
  nowMs = start;
  readonly listed = new Map<string, number>();
  private readonly status = new Map<string, Suppression['status']>(
    SUBJECTS.map((subject) => [subject, 'taken']),
  );
  private leases = new Map<string, Lease>();

  constructor() {
    this.round(true);
  }

  get active(): string[] {
    return [...this.listed].filter(([, endsAtMs]) => endsAtMs > this.nowMs).map(([subject]) => subject);
  }

  owed(): string[] {
    return SUBJECTS.filter((subject) => this.status.get(subject) === 'taken');
  }

  forget(): void {
    this.listed.clear();
  }

  restart(): void {
    this.leases = new Map();
  }

  /** Another instance's late assertion may leave a mute behind that was lifted. */
  lift(subject: string, isLeftBehind: boolean): void {
    this.status.set(subject, 'lifted');
    if (!isLeftBehind) this.listed.delete(subject);
  }

  /** One round of the keeper; `works` says whether the system can be reached. Gives back how much there was to do. */
  round(works: boolean): number {
    const listings = works ? new Map([['alertmanager', this.listing()]]) : new Map<string, never>();
    const keeping = { state: this.state(), leases: this.leases, leaving: new Set<string>(), listings };
    const actions = planKeeping('mute', { ...keeping, nowMs: this.nowMs, settings });
    for (const action of works ? actions : []) {
      const { subject } = action.suppression;
      if (action.do === 'lift') this.listed.delete(subject);
      else {
        this.listed.set(subject, Date.parse(action.endsAt));
        this.leases.set(keyOf(action.suppression), { endsAt: action.endsAt, assertedAtMs: this.nowMs });
      }
    }
    return actions.length;
  }

  private listing() {
    return this.active.map((subject) => ({
      subject,
      endsAt: new Date(this.listed.get(subject) ?? 0).toISOString(),
    }));
  }

  private state() {
    const all = SUBJECTS.map((subject): Suppression => {
      const status = this.status.get(subject) ?? 'taken';
      const windowEnd = new Date(windowEndMs).toISOString();
      return { kind: 'mute', subject, ci: 'srv-1', system: 'alertmanager', ref: {}, windowEnd, status };
    });
    return {
      version: 1,
      recorded: new Set<string>(),
      suppressions: new Map(all.map((one) => [keyOf(one), one])),
    };
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('forget' as const, 'restart' as const, 'outage' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('leap' as const), seconds: fc.integer({ min: 1, max: 4_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('lift' as const),
      subject: fc.constantFrom(...SUBJECTS),
      isLeftBehind: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function strike(night: Night, blow: Step): void {
  if (blow.do === 'pass' || blow.do === 'leap') night.nowMs += blow.seconds * SECOND;
  if (blow.do === 'forget') night.forget();
  if (blow.do === 'restart') night.restart();
  if (blow.do === 'lift') night.lift(blow.subject, blow.isLeftBehind);
}

describe('whatever happens in a night', () => {
  const whatever = (check: (night: Night, blow: Step) => void) =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const night = new Night();
        for (const blow of steps) {
          strike(night, blow);
          check(night, blow);
        }
      }),
      { numRuns: 300 },
    );

  it('exactly what is owed is muted after every round that reaches the system, until the grace is over', () => {
    whatever((night, blow) => {
      if (blow.do === 'outage') return void night.round(false);
      night.round(true);
      expect(night.active.sort()).toEqual(night.nowMs < limitMs ? night.owed() : []);
    });
  });

  it('no mute outlasts the grace of the window, nor a lease from now on', () => {
    whatever((night, blow) => {
      night.round(blow.do !== 'outage');
      for (const endsAtMs of night.listed.values()) {
        expect(endsAtMs).toBeLessThanOrEqual(Math.min(limitMs, night.nowMs + settings.leaseMs));
      }
    });
  });

  it('a second round at the same moment has nothing to do', () => {
    whatever((night) => {
      night.round(true);
      expect(night.round(true)).toBe(0);
    });
  });

  it('an outage shorter than two thirds of the lease is not noticed by the monitors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 299 }), fc.integer({ min: 1, max: 600 }), (before, outage) => {
        const night = new Night();
        night.nowMs += before * SECOND;
        night.round(true);
        night.nowMs += outage * SECOND - 1;
        night.round(false);
        expect(night.active.sort()).toEqual(SUBJECTS);
      }),
    );
  });
});
