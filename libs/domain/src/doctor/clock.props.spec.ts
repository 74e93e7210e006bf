import fc from 'fast-check';
import { clockFinding } from './clock';

const way = fc.integer({ min: 0, max: 4_000 });
const AT = 1_800_000_000_000;

it('never accuses a clock that is right, however uneven the way there and back', () => {
  const property = fc.property(way, way, (there, back) => {
    const reading = { sentMs: AT, hostMs: AT + there, precisionMs: 1, receivedMs: AT + there + back };
    return clockFinding(reading) === null;
  });
  fc.assert(property);
});

it('always finds a clock that is off by more than the limit and the whole way', () => {
  const property = fc.property(
    way,
    way,
    fc.integer({ min: 5_002, max: 1e12 }),
    fc.boolean(),
    (there, back, off, isAhead) => {
      const error = (isAhead ? 1 : -1) * (off + there + back);
      const reading = {
        sentMs: AT,
        hostMs: AT + there + error,
        precisionMs: 1,
        receivedMs: AT + there + back,
      };
      return clockFinding(reading) !== null;
    },
  );
  fc.assert(property);
});
