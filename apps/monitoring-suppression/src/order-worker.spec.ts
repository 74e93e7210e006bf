import { Bench, CRON_REF, WINDOW_END, order } from './bench.contract';

describe('an order to mute', () => {
  it('is intended in the stream before the monitoring system is touched, and taken after', async () => {
    const bench = new Bench();
    bench.monitoring.fail('refused-before');
    const muting = bench.instance().carryOut(order('MUTE', { timeoutMs: 1 }));
    expect(await muting).toEqual(['mon-1 failed: mute mon-1 refused']);
    expect(await bench.events()).toEqual(['Intended mon-1']);

    expect(await bench.instance().carryOut(order('MUTE', { attempt: 2 }))).toEqual(['mon-1 ok']);
    expect(await bench.events()).toEqual(['Intended mon-1', 'Intended mon-1', 'Taken mon-1']);
    expect(await bench.muted()).toEqual(['mon-1']);
  });

  it('is carried out once however often it arrives, at whichever instance', async () => {
    const bench = new Bench();
    const [one, two] = [bench.instance(), bench.instance()];

    await Promise.all([one, one, two, two].map((instance) => instance.carryOut(order('MUTE'))));

    expect(await bench.events()).toEqual(['Intended mon-1', 'Taken mon-1']);
    expect(await bench.muted()).toEqual(['mon-1']);
  });

  it('tries again within its time after a lost answer', async () => {
    const bench = new Bench();
    bench.monitoring.fail('answer-lost');
    bench.monitoring.fail('refused-before');

    expect(await bench.instance().carryOut(order('MUTE'))).toEqual(['mon-1 ok']);
  });

  it('does not mute again when its copy arrives after the unmute', async () => {
    const bench = new Bench();
    const instance = bench.instance();
    await instance.carryOut(order('MUTE'));
    await instance.carryOut(order('UNMUTE'));

    expect(await bench.instance().carryOut(order('MUTE'))).toEqual(['mon-1 ok']);

    expect(await bench.muted()).toEqual([]);
    expect(await bench.events()).toEqual(['Intended mon-1', 'Taken mon-1', 'Lifted mon-1']);
  });

  it('that never got through does not come back after the unmute', async () => {
    const bench = new Bench();
    const instance = bench.instance();
    bench.monitoring.fail('refused-before');
    await instance.carryOut(order('MUTE', { timeoutMs: 1 }));
    await instance.carryOut(order('UNMUTE'));

    expect(await instance.carryOut(order('MUTE'))).toEqual([
      'mon-1 failed: This attempt was overtaken: what it asked for has been given back since',
    ]);
    expect(await bench.muted()).toEqual([]);
  });

  it('mutes again in a new attempt after an unmute', async () => {
    const bench = new Bench();
    const instance = bench.instance();
    await instance.carryOut(order('MUTE'));
    await instance.carryOut(order('UNMUTE'));

    await instance.carryOut(order('MUTE', { attempt: 2 }));

    expect(await bench.muted()).toEqual(['mon-1']);
  });

  it('takes nothing when the window and its grace are over', async () => {
    const bench = new Bench();
    bench.nowMs = Date.parse(WINDOW_END) + 31 * 60_000;
    const notAfter = new Date(bench.nowMs).toISOString();

    expect(await bench.instance().carryOut(order('MUTE', { notAfter }))).toEqual([
      'mon-1 failed: The window and its grace are over: nothing is taken any more',
    ]);
    expect(await bench.events()).toEqual([]);
  });

  it('names the setting that is missing for a system that nobody configured', async () => {
    const bench = new Bench();
    const subjects = [
      { id: 'mon-1', system: 'alertmanager', ref: { instance: 'a' } },
      { id: 'mon-2', system: 'webhook', ref: { id: 1 } },
      { id: 'mon-3', system: 'constructor', ref: { id: 1 } },
    ];

    const results = await bench.instance().carryOut(order('MUTE', { subjects }));

    expect(results[0]).toBe('mon-1 ok');
    expect(results[1]).toMatch(/mon-2 failed: No system "webhook" .*set WEBHOOK_URL and WEBHOOK_SECRET/);
    expect(results[2]).toMatch(
      /mon-3 failed: No system "constructor" .*correct the CMDB; known here: alertmanager/,
    );
  });

  it('is handed out again when our own store fails, or the service is told to end', async () => {
    const bench = new Bench();
    jest.spyOn(bench.store, 'append').mockRejectedValueOnce(new Error('database is down'));
    await expect(bench.instance().carryOut(order('MUTE'))).rejects.toThrow('database is down');

    const ending = AbortSignal.abort(new Error('shutting down'));
    await expect(bench.instance().worker.carryOut(order('MUTE'), ending)).rejects.toThrow('shutting down');
    expect(await bench.muted()).toEqual([]);
  });
});

describe('an order that comes too late', () => {
  const LATE = 'Nothing was started: the order came too late, it was to begin until 2026-11-29T22:05:00.000Z';
  const late = { notAfter: '2026-11-29T22:05:00.000Z' };

  it('takes nothing that it has not begun to take', async () => {
    const bench = new Bench();
    bench.pass(6);

    expect(await bench.instance().carryOut(order('MUTE', late))).toEqual([`mon-1 not-begun: ${LATE}`]);
    expect(await bench.muted()).toEqual([]);
    expect(await bench.events()).toEqual([]);
  });

  it('finishes what it had begun to take when an instance died over it', async () => {
    const bench = new Bench();
    bench.monitoring.fail('answer-lost');
    await bench.instance().carryOut(order('MUTE', { ...late, timeoutMs: 1 }));
    expect(await bench.events()).toEqual(['Intended mon-1']);
    bench.pass(6);

    expect(await bench.instance().carryOut(order('MUTE', late))).toEqual(['mon-1 ok']);
    expect(await bench.muted()).toEqual(['mon-1']);
  });

  it('gives nothing back: somebody may have decided otherwise meanwhile', async () => {
    const bench = new Bench();
    await bench.instance().carryOut(order('HOLD'));
    bench.pass(6);

    expect(await bench.instance().carryOut(order('RELEASE', late))).toEqual([`billing not-begun: ${LATE}`]);
    expect(bench.isScheduled()).toBe(false);
  });

  it('reports again what it had given back in time', async () => {
    const bench = new Bench();
    await bench.instance().carryOut(order('MUTE'));
    await bench.instance().carryOut(order('UNMUTE', late));
    bench.pass(6);

    expect(await bench.instance().carryOut(order('UNMUTE', late))).toEqual(['mon-1 ok']);
  });
});

describe('an order to hold', () => {
  it('holds, remembers what was there, and releases to exactly that', async () => {
    const bench = new Bench();
    await bench.instance().carryOut(order('HOLD'));
    expect(bench.isScheduled()).toBe(false);
    const [, taken] = await bench.store.read('suppression-C1');
    expect(taken?.data).toMatchObject({ prior: { state: 'scheduled' }, foreignId: 'patchtide:C1:billing' });

    expect(await bench.instance().carryOut(order('RELEASE'))).toEqual(['billing ok']);

    expect(bench.isScheduled()).toBe(true);
    expect(await bench.events()).toEqual(['Intended billing', 'Taken billing', 'Lifted billing']);
  });

  it('leaves idle what was idle', async () => {
    const bench = new Bench();
    bench.batch.jobs.add(JSON.stringify(CRON_REF), { scheduled: false });

    await bench.instance().carryOut(order('HOLD'));
    await bench.instance().carryOut(order('RELEASE'));

    expect(bench.isScheduled()).toBe(false);
  });

  it('is done only when a run that had begun has ended', async () => {
    const bench = new Bench();
    const key = JSON.stringify(CRON_REF);
    bench.batch.jobs.add(key, { running: 'yes' });
    const holding = bench.instance().carryOut(order('HOLD'));
    while (!bench.batch.calls.includes('inspect billing')) await new Promise(setImmediate);
    bench.batch.jobs.setRunning(key, 'no');

    expect(await holding).toEqual(['billing ok']);
  });

  it('times out, held, while the run goes on', async () => {
    const bench = new Bench();
    bench.batch.jobs.add(JSON.stringify(CRON_REF), { running: 'yes' });

    expect(await bench.instance().carryOut(order('HOLD', { timeoutMs: 1 }))).toEqual([
      expect.stringMatching(/^billing timed-out: The job is held, but a run/),
    ]);
    expect(bench.isScheduled()).toBe(false);
  });
});

describe('an order to give back', () => {
  it('is a success for what was never taken', async () => {
    const bench = new Bench();
    expect(await bench.instance().carryOut(order('UNMUTE'))).toEqual(['mon-1 ok']);
    expect(await bench.events()).toEqual([]);
  });

  it('is recorded only when the system has confirmed it', async () => {
    const bench = new Bench();
    const instance = bench.instance();
    await instance.carryOut(order('MUTE'));
    bench.monitoring.fail('refused-before');

    await instance.carryOut(order('UNMUTE', { timeoutMs: 1 }));
    expect(await bench.events()).not.toContain('Lifted mon-1');
    await instance.carryOut(order('UNMUTE', { attempt: 2 }));
    expect(await bench.events()).toContain('Lifted mon-1');
  });
});
