import { Bench, order } from './bench.contract';

async function held() {
  const bench = new Bench();
  const instance = bench.instance();
  await instance.carryOut(order('MUTE'));
  await instance.carryOut(order('HOLD'));
  return { bench, instance };
}

/** Minutes with a round each. */
async function live(bench: Bench, instance: { round(): Promise<void> }, minutes: number) {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.pass(1);
    await instance.round();
  }
}

describe('the keeper', () => {
  it('keeps mutes and holds far beyond their first lease, and ends with the grace of the window', async () => {
    const { bench, instance } = await held();

    await live(bench, instance, 120);
    expect(await bench.muted()).toEqual(['mon-1']);
    expect(bench.isScheduled()).toBe(false);

    await live(bench, instance, 90);
    expect(await bench.muted()).toEqual([]);
    expect(bench.isScheduled()).toBe(true);
  });

  it('lets everything end by itself within a lease when it vanishes', async () => {
    const { bench } = await held();
    bench.pass(15);
    expect(await bench.muted()).toEqual([]);
    expect(bench.isScheduled()).toBe(true);
  });

  it('starts anywhere from the streams alone, and asserts everything', async () => {
    const { bench } = await held();
    bench.pass(14);
    const heir = bench.instance();

    await heir.round();
    bench.pass(14);

    expect(heir.kept).toEqual(['mon-1 not-seen-since-start', 'billing not-seen-since-start']);
    expect(await bench.muted()).toEqual(['mon-1']);
    expect(bench.isScheduled()).toBe(false);
  });

  it('takes again what the monitoring system has forgotten', async () => {
    const { bench, instance } = await held();
    bench.monitoring.forget();

    await instance.round();

    expect(instance.kept).toEqual(['mon-1 lost']);
    expect(await bench.muted()).toEqual(['mon-1']);
  });

  it('gives up nothing when a system is out of reach for a while', async () => {
    const { bench, instance } = await held();
    bench.pass(5);
    bench.monitoring.fail('refused-before');
    bench.monitoring.fail('refused-before');
    bench.batch.fail('refused-before');

    await instance.round();
    expect(instance.failed).toEqual(['alertmanager unlisted', 'mon-1 due', 'billing due']);
    await instance.round();

    expect(instance.kept).toEqual(['mon-1 due', 'billing due']);
  });

  it('does not renew what could not be given back: it ends by itself', async () => {
    const { bench, instance } = await held();
    bench.monitoring.fail('refused-before');
    await instance.carryOut(order('UNMUTE', { timeoutMs: 1 }));

    await live(bench, instance, 15);

    expect(await bench.muted()).toEqual([]);
    expect(bench.isScheduled()).toBe(false);
  });

  it('leaves to themselves what was given back, and forgets the campaign', async () => {
    const { bench, instance } = await held();
    await instance.carryOut(order('UNMUTE'));
    await instance.carryOut(order('RELEASE'));

    await live(bench, instance, 20);

    expect(instance.kept).toEqual([]);
    expect(await bench.index.open()).toEqual([]);
    expect(await bench.muted()).toEqual([]);
  });

  it('takes a campaign up again that it had forgotten', async () => {
    const { bench, instance } = await held();
    await instance.carryOut(order('UNMUTE'));
    await instance.carryOut(order('RELEASE'));
    await instance.round();

    await instance.carryOut(order('MUTE', { attempt: 2 }));
    await live(bench, instance, 30);

    expect(await bench.muted()).toEqual(['mon-1']);
  });

  it('ends a mute that another instance renewed a moment after it was lifted', async () => {
    const { bench, instance } = await held();
    await instance.carryOut(order('UNMUTE'));
    const late = { campaign: 'C1', subject: 'mon-1', ref: { instance: 'crm-web-01' } };
    await bench.monitoring.mute(
      { ...late, endsAt: new Date(bench.nowMs + 900_000).toISOString() },
      { timeoutMs: 1_000 },
    );

    await instance.round();

    expect(instance.kept).toEqual(['mon-1 lifted-but-listed']);
    expect(await bench.muted()).toEqual([]);
  });

  it('is of one mind with a second one beside it', async () => {
    const { bench, instance } = await held();
    const twin = bench.instance();

    await Promise.all([live(bench, instance, 30), live(bench, twin, 30)]);
    expect(await bench.muted()).toEqual(['mon-1']);
    await twin.carryOut(order('UNMUTE'));
    await Promise.all([instance.round(), twin.round()]);

    expect(await bench.muted()).toEqual([]);
    expect((await bench.events()).filter((event) => event.startsWith('Lifted'))).toHaveLength(1);
  });
});
