import { realFleetProblem } from './problem';

/**
 * jest's `describe` for tests that need real hosts. Where those cannot be booted the tests are skipped, which the test run
 * counts and reports; with PATCHTIDE_REQUIRE_REAL_FLEET=1 that is a failure instead.
 */
export function describeRealFleet(name: string, tests: () => void): void {
  const problem = realFleetProblem();
  if (problem === null) {
    describe(name, tests);
  } else if (process.env.PATCHTIDE_REQUIRE_REAL_FLEET === '1') {
    describe(name, () => {
      it('has real hosts', () => {
        throw new Error(`PATCHTIDE_REQUIRE_REAL_FLEET=1, but: ${problem}`);
      });
    });
  } else {
    process.stderr.write(`NOT RUN: ${name}. ${problem}\n`);
    describe.skip(name, tests);
  }
}
