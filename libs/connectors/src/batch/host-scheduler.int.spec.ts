import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { batchContract } from './batch.contract';
import { LocalShell, exists, startCronHost, startTimerHost } from './local-host.contract';

const host = { address: 'localhost', port: 22 };
const call = { timeoutMs: 5_000 };
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const cronHost = () => startCronHost(new LocalShell(), host);
const timerHost = () => startTimerHost(new LocalShell(), host);

batchContract('cron files under a real sh', cronHost);
batchContract('systemd timers under a real sh', timerHost);

describe('a held cron file', () => {
  let bench: Awaited<ReturnType<typeof cronHost>>;
  beforeEach(async () => {
    bench = await cronHost();
  });
  afterEach(() => bench.stop());

  async function held() {
    const { path } = await bench.add();
    const job = { campaign: 'C1', subject: 'job-1', host, ref: { path } };
    const before = await stat(path);
    await bench.scheduler.hold({ ...job, endsAt: inMinutes(15) }, call);
    return { path, job, before };
  }

  it('comes back as the same file, and nothing else stays in the directory', async () => {
    const { path, job, before } = await held();

    await bench.scheduler.release({ ...job, prior: 'scheduled' }, call);

    const after = await stat(path);
    expect([after.ino, after.mtimeMs, after.mode]).toEqual([before.ino, before.mtimeMs, before.mode]);
    expect(await readdir(bench.cronDirectory)).toEqual(['job-1']);
  });

  it('leaves only names that cron does not read, and the dead-man', async () => {
    await held();

    const read = (await readdir(bench.cronDirectory)).filter((name) => /^[A-Za-z0-9_-]+$/.test(name));
    expect(read).toEqual(['patchtide-holds']);
  });

  it('is taken again when somebody makes it anew, and theirs comes back', async () => {
    const { path, job } = await held();
    await writeFile(path, '5 5 * * * root echo newer\n');

    await bench.scheduler.hold({ ...job, endsAt: inMinutes(15) }, call);
    expect(await exists(path)).toBe(false);
    await bench.scheduler.release({ ...job, prior: 'scheduled' }, call);

    expect(await readFile(path, 'utf8')).toContain('newer');
    expect(await readFile(join(bench.cronDirectory, '.job-1.patchtide-old'), 'utf8')).toContain('echo 1');
  });

  it('is kept beside a file that somebody made anew, and the release says so', async () => {
    const { path, job } = await held();
    await writeFile(path, '5 5 * * * root echo newer\n');

    const release = await bench.scheduler.release({ ...job, prior: 'scheduled' }, call);

    expect(release.note).toBe('recreated');
    expect(await readFile(path, 'utf8')).toContain('newer');
    expect(await readFile(join(bench.cronDirectory, '.job-1.patchtide-old'), 'utf8')).toContain('echo 1');
  });

  it('keeps its dead-man while another file is held, and the last release removes it', async () => {
    const first = await held();
    const second = await held();

    await bench.scheduler.release(first.job, call);
    expect(await exists(join(bench.cronDirectory, 'patchtide-holds'))).toBe(true);
    await bench.scheduler.release(second.job, call);

    expect(await readdir(bench.cronDirectory)).toEqual(['job-1', 'job-2']);
  });

  it('comes back by the dead-man alone, which then removes itself', async () => {
    await held();

    await bench.passTime(16 * 60);

    expect(await readdir(bench.cronDirectory)).toEqual(['job-1']);
  });

  it('comes back also when the note of its end is damaged', async () => {
    await held();
    await writeFile(join(bench.cronDirectory, '.job-1.patchtide-until'), 'garbage\n');

    await bench.passTime(0);

    expect(await readdir(bench.cronDirectory)).toEqual(['job-1']);
  });

  it('that has vanished altogether is reported, not called released', async () => {
    const { path, job } = await held();
    await rm(join(bench.cronDirectory, '.job-1.patchtide-held'));

    const release = bench.scheduler.release({ ...job, prior: 'scheduled' }, call);

    await expect(release).rejects.toMatchObject({ failure: 'bad-reference', retryable: false });
    expect(await exists(path)).toBe(false);
  });
});

describe('a held timer', () => {
  it('is held again after a reboot, which took hold and dead-man', async () => {
    const bench = await timerHost();
    const ref = await bench.add({ scheduled: true });
    const lease = { campaign: 'C1', subject: 'job-1', host, ref, endsAt: inMinutes(15) };
    await bench.scheduler.hold(lease, call);
    for (const unit of await readdir(bench.units)) {
      if (unit.startsWith('patchtide-hold-')) await rm(join(bench.units, unit), { recursive: true });
      else await writeFile(join(bench.units, unit, 'ActiveState'), 'active\n');
    }

    expect((await bench.scheduler.hold(lease, call)).prior).toBe('scheduled');

    expect(await bench.isScheduled(ref)).toBe(false);
    await bench.stop();
  });

  it('has exactly one dead-man, however often it is renewed', async () => {
    const bench = await timerHost();
    const ref = await bench.add({ scheduled: true });
    const lease = { campaign: 'C1', subject: 'job-1', host, ref, endsAt: inMinutes(15) };

    for (let round = 0; round < 3; round += 1) {
      await bench.scheduler.hold(lease, call);
      expect((await readdir(bench.units)).filter((unit) => unit.startsWith('patchtide-hold-'))).toHaveLength(
        1,
      );
    }
    await bench.stop();
  });

  it('says when its run had begun and goes on', async () => {
    const bench = await timerHost();
    const ref = await bench.add({ scheduled: true });
    const service = join(bench.units, String(ref.unit).replace('.timer', '.service'));
    await mkdir(service);
    await writeFile(join(service, 'ActiveState'), 'activating\n');

    const hold = await bench.scheduler.hold(
      { campaign: 'C1', subject: 'j', host, ref, endsAt: inMinutes(15) },
      call,
    );

    expect(hold.running).toBe('yes');
    await bench.stop();
  });
});
