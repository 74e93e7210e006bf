import type { OwnJob, WaveGate } from '@patchtide/contracts';
import { typesOf } from '../testing/given';
import { landscapeOf } from '../testing/landscapes';
import { aNight, MINUTE_MS, type Night } from '../testing/night';

const SMOKE: OwnJob = {
  name: 'smoke',
  action: 'CHECK',
  per: 'server',
  at: 'after',
  steps: { command: ['/usr/local/bin/smoke'] },
};

/** Three canaries and one server in the rest; nothing but their patches, unless jobs are given. */
function withGate(gate: WaveGate, jobs: readonly OwnJob[] = [], soak = '0m'): Night {
  const servers = ['s1', 's2', 's3', 's4'].map((id) => ({ id }));
  const waves = [{ name: 'canary', share: '75%', soak, gate }, { name: 'rest' }];
  return aNight({ landscape: landscapeOf({ servers }), policy: { waves, jobs, reboot: 'never' } });
}

/** Lets the canaries be patched, all but these. */
function patchAllBut(n: Night, ...failing: readonly string[]): void {
  for (const id of failing) n.ends(`patch-${id}`, 'failed');
  n.succeedAll();
}

const isReleased = (n: Night) => n.execution.releasedWaves.has('rest');

it('opens at once where nothing has failed', () => {
  const n = withGate({ failures: 0, incidents: 0, checks: 'passed' });
  patchAllBut(n);

  expect(isReleased(n)).toBe(true);
});

it('goes on with as many failed servers as the gate allows, without an answer to them', () => {
  const n = withGate({ failures: 1 });
  patchAllBut(n, 's2');

  expect(isReleased(n)).toBe(true);
  expect(n.status('patch-s2')).toBe('failed');
  expect(n.status('patch-s4')).toBe('succeeded');
});

it('stays closed with more, says which, starts nothing, and opens when one is made good', () => {
  const n = withGate({ failures: 1 });
  patchAllBut(n, 's1', 's3');

  expect(n.running).toEqual([]);
  expect(n.why('patch-s4')).toBe(
    'wave rest is not released yet: the gate after wave canary is closed: 2 servers have failed (s1, s3), and at most 1 may',
  );
  expect(n.pass(MINUTE_MS)).toEqual([]);
  n.answer('retry', 'patch-s1');
  expect(n.why('patch-s4')).toBe('wave rest is not released yet: 1 job of wave canary has not ended');
  n.succeedAll();
  expect(isReleased(n)).toBe(true);
});

it('counts a server whose failed job was skipped, and not one whose job a person has done', () => {
  const skipped = withGate({ failures: 0 });
  patchAllBut(skipped, 's1');
  skipped.answer('skip', 'patch-s1');
  skipped.succeedAll();
  expect(skipped.why('patch-s4')).toContain('1 server has failed (s1), and none may');

  const done = withGate({ failures: 0 });
  patchAllBut(done, 's1');
  done.answer('complete', 'patch-s1');
  done.succeedAll();
  expect(isReleased(done)).toBe(true);
});

it('is not over while a person has a job in hand', () => {
  const n = withGate({ failures: 3 });
  n.ends('patch-s1', 'failed');
  n.answer('take-over', 'patch-s1');
  n.succeedAll();

  expect(n.why('patch-s4')).toBe('wave rest is not released yet: 1 job of wave canary has not ended');
});

it('asks for open incidents, by name', () => {
  const n = withGate({ incidents: 0 });
  patchAllBut(n, 's2');

  expect(n.why('patch-s4')).toContain('1 incident is open (PATCH_OS_s2), and none may');
  n.answer('retry', 'patch-s2');
  n.succeedAll();
  expect(isReleased(n)).toBe(true);
});

it('asks for checks: one that was skipped has not passed, one that a person completed has', () => {
  const n = withGate({ checks: 'passed' }, [SMOKE]);
  const [one = '', other = ''] = n.plan.jobs.filter(({ action }) => action === 'CHECK').map(({ id }) => id);
  n.succeedAll(one, other);
  n.ends(one, 'failed');
  n.answer('skip', one);
  n.ends(other, 'failed');
  n.answer('complete', other);
  n.succeedAll();

  const { name } = n.job(one).plan;
  expect(n.why('patch-s4')).toContain(
    `the gate after wave canary is closed: 1 check has not passed (${name})`,
  );
  expect(isReleased(n)).toBe(false);
});

it('waits for every failure to be answered where it asks for checks only', () => {
  const n = withGate({ checks: 'passed' });
  patchAllBut(n, 's1');

  expect(n.why('patch-s4')).toBe('wave rest is not released yet: 2 jobs of wave canary have not ended');
});

it('is asked after the soak, which begins anew with what ends later', () => {
  const n = withGate({ failures: 1 }, [], '10m');
  patchAllBut(n, 's1');
  n.pass(9 * MINUTE_MS);
  expect(n.why('patch-s4')).toMatch(/^wave rest is not released yet: wave canary is watched until /);
  n.answer('retry', 'patch-s1');
  n.succeedAll();
  n.pass(9 * MINUTE_MS);
  expect(isReleased(n)).toBe(false);

  expect(typesOf(n.pass(MINUTE_MS))).toContain('WaveReleased');
});

it('counts what failed in all the waves so far', () => {
  const servers = ['s1', 's2', 's3'].map((id) => ({ id }));
  const waves = [
    { name: 'one', share: '33%' },
    { name: 'two', share: '33%', gate: { failures: 0 } },
    { name: 'three' },
  ];
  const n = aNight({ landscape: landscapeOf({ servers }), policy: { waves, reboot: 'never' } });
  n.ends('patch-s1', 'failed');
  n.answer('skip', 'patch-s1');
  n.succeedAll();

  expect(n.why('patch-s3')).toContain(
    'the gate after wave two is closed: 1 server has failed (s1), and none may',
  );
});

it('leaves out what it has kept waiting past its last safe moment, so that the campaign ends', () => {
  const n = withGate({ failures: 0 });
  patchAllBut(n, 's1');
  n.answer('skip', 'patch-s1');
  n.succeedAll();
  n.until(n.change.window.end);

  expect(n.status('patch-s4')).toBe('skipped');
  expect(n.campaign.status).toBe('closed');
});
