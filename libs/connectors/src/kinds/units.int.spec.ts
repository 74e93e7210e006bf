import { waitUntil } from '@patchtide/embedded';
import { componentOf, KindHost } from './testing/kind-host';

const UNIT = 'crm.service';
const DAEMON = 'setsid sleep 600 & echo $! >"$0.pid"';

/** What can go wrong with a unit at night, with a systemd that is played. */
describe('the kind systemd', () => {
  let host: KindHost;

  beforeEach(() => {
    host = new KindHost();
    host.unit(UNIT, { start: DAEMON, pidfile: host.path(`units/${UNIT}/start.pid`) });
  });
  afterEach(async () => {
    await host.word('systemctl', 'stop', UNIT);
    host.remove();
  });

  const crm = componentOf('systemd', {}, UNIT);

  it('stops and starts a unit', async () => {
    expect(await host.carryOut('START', crm)).toMatchObject({ code: 0, notes: {} });
    expect(await host.word('@unit-active', UNIT)).toMatchObject({ code: 0 });
    expect(await host.carryOut('STOP', crm)).toMatchObject({ code: 0, notes: {} });
    expect(await host.word('@unit-active', UNIT)).toMatchObject({ code: 1 });
  });

  it('knows a unit that does not exist from one that is stopped', async () => {
    for (const word of ['@unit-stop', '@unit-stopped', '@unit-start', '@unit-steady']) {
      expect(await host.word(word, 'cmr.service')).toMatchObject({
        code: 4,
        output: expect.stringContaining('unit cmr.service not found. Correct the unit'),
      });
    }
  });

  it.each(['masked', 'unloadable'] as const)(
    'does not stop a unit that is %s and could not be started again',
    async (fault) => {
      await host.word('systemctl', 'start', UNIT);
      host.setUnit(UNIT, fault, true);

      const stopped = await host.word('@unit-stop', UNIT);

      expect(stopped.code).toBe(1);
      expect(stopped.notes.failure).toMatch(/crm\.service (is masked|cannot be loaded).*and is not stopped/);
      expect(host.asked()).not.toContain(`stop ${UNIT}`);
    },
  );

  it('stops the socket that would start the unit again, and starts it again before the unit', async () => {
    host.unit(UNIT, { properties: 'TriggeredBy=crm.socket crm.timer' });
    host.unit('crm.socket', {});
    host.unit('crm.timer', {});
    host.setUnit('crm.socket', 'active', true);
    await host.word('systemctl', 'start', UNIT);

    expect(await host.carryOut('STOP', crm)).toMatchObject({
      code: 0,
      notes: { 'stopped-with': `${UNIT} with crm.socket` },
    });
    expect(host.isActive('crm.socket')).toBe(false);
    expect(await host.carryOut('START', crm)).toMatchObject({ code: 0 });

    expect(host.isActive('crm.socket')).toBe(true);
    expect(host.asked()).toEqual([
      ...[`start ${UNIT}`, 'stop crm.socket', `stop ${UNIT}`],
      ...['start crm.socket', `start ${UNIT}`],
    ]);
  });

  it('does not call a unit stopped while a trigger of it is active', async () => {
    host.unit(UNIT, { properties: 'TriggeredBy=crm.timer' });
    host.unit('crm.timer', {});
    host.setUnit('crm.timer', 'active', true);

    expect(await host.word('@unit-stopped', UNIT)).toMatchObject({
      code: 1,
      output: expect.stringContaining('crm.timer is active and would start crm.service again'),
    });
  });

  it('does not call a unit stopped that comes back after a moment', async () => {
    const seen = host.word('@unit-stopped', UNIT, '2');
    await waitUntil(() => host.word('systemctl', 'start', UNIT), { timeoutMs: 5_000, what: 'the start' });

    expect(await seen).toMatchObject({
      code: 1,
      output: expect.stringContaining('unit crm.service is active'),
    });
  });

  it('does not call a unit steady that systemd starts again and again', async () => {
    await host.word('systemctl', 'start', UNIT);
    const seen = host.word('@unit-steady', UNIT, '2');
    await waitUntil(
      () => {
        host.unit(UNIT, { properties: 'NRestarts=1' });
        return true;
      },
      { timeoutMs: 1_000, what: 'the restart' },
    );

    const { code, output } = await seen;
    // Whether the restart comes before or after the first look: it is seen as long as restarts go on.
    if (code !== 0) expect(output).toContain('does not stay up');
    host.unit(UNIT, { properties: 'ActiveState=activating\nSubState=auto-restart' });
    expect(await host.word('@unit-steady', UNIT, '1')).toMatchObject({
      code: 1,
      output: expect.stringContaining('is activating (auto-restart)'),
    });
  });

  it('tells who hangs when a stop takes longer than its step may', async () => {
    host.unit(UNIT, { stop: 'sleep 60' });
    await host.word('systemctl', 'start', UNIT);

    const stopped = await host.run([{ mode: 'do', timeoutMs: 2_000, argv: ['@unit-stop', UNIT] }]);

    expect(stopped.code).toBe(124);
    expect(stopped.output).toMatch(
      /unit crm\.service did not stop in time: it is active \(running\).*main process \d+/,
    );
    expect(stopped.output).toContain('status of crm.service');
    host.unit(UNIT, { stop: `kill "$(cat "$0.pid" "\${0%stop}start.pid" 2>/dev/null)"` });
  });

  it('says nothing about a systemctl that was killed with it', async () => {
    // The stop, and what plays systemctl around it.
    host.unit(UNIT, { stop: 'kill "$PPID"; sleep 1' });
    await host.word('systemctl', 'start', UNIT);

    const { code, output } = await host.word('@unit-stop', UNIT);

    expect(code).toBe(1);
    expect(output).not.toMatch(/terminated/i);
  });

  it('shows the status of a unit that does not start', async () => {
    host.unit(UNIT, { start: 'echo no licence; exit 1' });

    expect(await host.word('@unit-start', UNIT)).toMatchObject({
      code: 1,
      output: expect.stringContaining('no licence'),
    });
  });

  it('stops nothing when it cannot remember what it would have to put back', async () => {
    host.unit(UNIT, { properties: 'TriggeredBy=crm.socket' });
    host.unit('crm.socket', {});
    host.setUnit('crm.socket', 'active', true);
    host.write('kinds', 'a file where the directory should be');

    const stopped = await host.word('@unit-stop', UNIT);

    expect(stopped.notes.failure).toMatch(/^Nothing was stopped: .* cannot be written/);
    expect(host.isActive('crm.socket')).toBe(true);
  });

  it('takes hostile values of a CMDB for what they are', async () => {
    for (const value of ['$(touch x)', 'a b', '../x', '-h', '']) {
      expect(await host.word('@unit-stop', value)).toMatchObject({ code: 64 });
      expect(await host.word('@tcp-closed', value, '80')).toMatchObject({ code: 64 });
      expect(await host.word('@http-ok', value)).toMatchObject({ code: 64 });
    }
  });
});

describe('a unit that is asked to finish first', () => {
  let host: KindHost;

  beforeEach(() => {
    host = new KindHost();
    const ends = 'trap "exit 0" QUIT; while :; do sleep 0.1; done';
    host.unit(UNIT, {
      start: `setsid sh -c '${ends}' & echo $! >"$0.pid"`,
      pidfile: host.path(`units/${UNIT}/start.pid`),
      signal: 'KILL',
    });
  });
  afterEach(async () => {
    await host.word('systemctl', 'stop', UNIT);
    host.remove();
  });

  it('has its time, and is then left to the stop', async () => {
    host.unit(UNIT, { start: 'setsid sh -c "trap : QUIT; while :; do sleep 0.1; done" & echo $! >"$0.pid"' });
    await host.word('systemctl', 'start', UNIT);

    const drained = await host.word('@unit-drain', UNIT, 'QUIT', '1');

    expect(drained).toMatchObject({ code: 0, notes: { 'sessions-cut': `${UNIT} after 1 s` } });
  });

  it('is not asked when systemd would start it again', async () => {
    host.unit(UNIT, { properties: 'Restart=always' });
    await host.word('systemctl', 'start', UNIT);

    const drained = await host.word('@unit-drain', UNIT, 'QUIT', '1');

    expect(drained).toMatchObject({
      code: 0,
      output: expect.stringContaining('Restart=always and would come back'),
    });
    expect(await host.word('@unit-active', UNIT)).toMatchObject({ code: 0 });
  });
});
