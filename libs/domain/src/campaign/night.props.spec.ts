import type { Policy } from '@patchtide/contracts';
import fc from 'fast-check';
import { toInstant, toMs } from '../instant';
import { MINUTE_MS } from '../testing/night';
import { faultsOf, planOf, WINDOW_START } from '../testing/plans';
import { type Draw, seededDraw } from '../testing/random';
import { randomLandscape, randomPolicy, randomScope } from '../testing/random-estate';
import { SimulatedNight } from '../testing/simulated-night';

/** More nights: PATCHTIDE_NIGHTS=5000 npx jest … night.props --testTimeout 3600000 */
const numRuns = Number(process.env['PATCHTIDE_NIGHTS'] ?? 200);

const percent = (max: number) => fc.nat(max);
const roughness = fc.record({
  failures: percent(40),
  losses: percent(20),
  delays: percent(30),
  commands: percent(25),
  crashes: percent(5),
  roughFor: fc.nat(600),
});

function randomPlan(draw: Draw, servers: number, windowMinutes: number) {
  const landscape = randomLandscape(draw, servers);
  const drawn = randomPolicy(draw);
  const end = toInstant(toMs(WINDOW_START) + windowMinutes * MINUTE_MS);
  const change = {
    scope: randomScope(draw, landscape),
    window: { start: WINDOW_START, end, timezone: 'Europe/Berlin' },
  };
  const isImpossible = faultsOf({ landscape, policy: drawn, change }).length > 0;
  const policy: Policy = isImpossible ? { ...drawn, clusters: { default: 'full-stop' } } : drawn;
  return { landscape, plan: planOf({ landscape, policy, change }) };
}

it('keeps every rule through every night, and every night comes to its end', () => {
  const night = fc.record({
    seed: fc.noShrink(fc.nat()),
    servers: fc.integer({ min: 1, max: 25 }),
    windowMinutes: fc.integer({ min: 15, max: 480 }),
    roughness,
  });
  const property = fc.property(night, ({ seed, servers, windowMinutes, roughness: rough }) => {
    const draw = seededDraw(seed);
    const { landscape, plan } = randomPlan(draw, servers, windowMinutes);
    new SimulatedNight({ landscape, plan, draw, roughness: rough }).play();
  });
  fc.assert(property, { numRuns });
});
