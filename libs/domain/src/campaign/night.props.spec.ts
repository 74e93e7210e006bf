import { parseEvent, type Policy } from '@patchtide/contracts';
import fc from 'fast-check';
import { toInstant, toMs } from '../instant';
import { MINUTE_MS } from '../testing/night';
import { faultsOf, planOf, WINDOW_START } from '../testing/plans';
import { type Draw, seededDraw } from '../testing/random';
import { frozenIn, randomFreezes, randomWindows } from '../testing/random-calendar';
import { randomLandscape, randomPolicy, randomScope, withBrokenCircles } from '../testing/random-estate';
import { type Roughness, SimulatedNight } from '../testing/simulated-night';

/** More nights: PATCHTIDE_NIGHTS=5000 npx jest … night.props */
const numRuns = Number(process.env['PATCHTIDE_NIGHTS'] ?? 200);
jest.setTimeout(60_000 + numRuns * 500);

const percent = (max: number) => fc.nat(max);
const roughness = fc.record({
  failures: percent(40),
  losses: percent(20),
  delays: percent(30),
  commands: percent(25),
  crashes: percent(5),
  roughFor: fc.nat(600),
});

interface Night {
  readonly seed: number;
  readonly servers: number;
  readonly windowMinutes: number;
  readonly roughness: Roughness;
}

function play({ seed, servers, windowMinutes, roughness: rough }: Night): SimulatedNight {
  const draw = seededDraw(seed);
  const night = randomPlan(draw, servers, windowMinutes);
  const simulated = new SimulatedNight({ ...night, draw, roughness: rough });
  simulated.play();
  return simulated;
}

const FULL_STOP = { default: 'full-stop' } as const;

function randomPlan(draw: Draw, servers: number, windowMinutes: number) {
  const { landscape, breaks } = withBrokenCircles(draw, randomLandscape(draw, servers));
  const given = { ...randomPolicy(draw), breaks };
  const end = toInstant(toMs(WINDOW_START) + windowMinutes * MINUTE_MS);
  const window = { start: WINDOW_START, end, timezone: 'Europe/Berlin' };
  const change = { scope: randomScope(draw, landscape), window, windows: randomWindows(draw, window) };
  const windows = [window, ...change.windows];
  const drawn: Policy = { ...given, freezes: randomFreezes(draw, windows) };
  const isPossible = (policy: Policy): boolean => faultsOf({ landscape, policy, change }).length === 0;
  const policies: Policy[] = [drawn, { ...drawn, clusters: FULL_STOP }, { ...given, clusters: FULL_STOP }];
  const policy = policies.find(isPossible) ?? given;
  const times = { windows, frozen: frozenIn(policy.freezes ?? [], landscape) };
  return { landscape, breaks, times, plan: planOf({ landscape, policy, change }) };
}

it('keeps every rule through every night, and every night comes to its end', () => {
  const night = fc.record({
    seed: fc.noShrink(fc.nat()),
    servers: fc.integer({ min: 1, max: 25 }),
    windowMinutes: fc.integer({ min: 15, max: 480 }),
    roughness,
  });
  fc.assert(
    fc.property(night, (input) => {
      play(input);
    }),
    { numRuns },
  );
});

it('decides only events that the registry accepts', () => {
  const rough = { failures: 25, losses: 10, delays: 20, commands: 20, crashes: 0, roughFor: 400 };
  for (let seed = 1; seed <= 5; seed++) {
    const { events } = play({ seed, servers: 12, windowMinutes: 150, roughness: rough });
    const refused = events
      .map(({ type, data }) => parseEvent('campaign', type, data))
      .filter(({ ok }) => !ok);
    expect(refused).toEqual([]);
  }
});
