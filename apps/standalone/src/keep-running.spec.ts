import type { Exit } from '@patchtide/embedded';
import { waitUntil } from '@patchtide/embedded';
import { keepRunning, type RestartRules } from './keep-running';
import type { Part, RunningPart } from './part';

const rules: RestartRules = { firstDelayMs: 1, longestDelayMs: 4, attempts: 3, healthyAfterMs: 60_000 };
const CRASH: Exit = { code: null, signal: 'SIGKILL' };

/** A part whose process ends when the test says so, and whose starts fail when the test says so. */
class FakePart implements Part {
  readonly name = 'service';
  starts = 0;
  failNext = 0;
  end: (exit: Exit) => void = () => undefined;

  readonly start = async (): Promise<RunningPart> => {
    this.starts += 1;
    if (this.failNext > 0) {
      this.failNext -= 1;
      throw new Error('port taken');
    }
    const exited = new Promise<Exit>((resolve) => (this.end = resolve));
    return { pid: this.starts, exited, stop: async () => this.end({ code: 0, signal: null }) };
  };
}

describe('a kept part', () => {
  let part: FakePart;
  let lines: string[];
  const keep = () => keepRunning(part, { report: (line) => lines.push(line), rules });
  const seen = (what: string, condition: () => boolean) => waitUntil(condition, { timeoutMs: 2_000, what });

  beforeEach(() => {
    part = new FakePart();
    lines = [];
  });

  it('is started again when it ends, and says so', async () => {
    const kept = await keep();
    part.end(CRASH);
    await seen('the second life', () => kept.pid() === 2);
    expect(kept.restarts()).toBe(1);
    expect(lines).toEqual(['service ended (SIGKILL)', 'service is running again']);
    await kept.stop();
  });

  it('that does not start at all is a fault of the installation', async () => {
    part.failNext = 1;
    await expect(keep()).rejects.toThrow('port taken');
    expect(part.starts).toBe(1);
  });

  it('is tried several times after a crash', async () => {
    const kept = await keep();
    part.failNext = 2;
    part.end(CRASH);
    await seen('the next life', () => kept.pid() === 4);
    expect(lines.filter((line) => line.includes('did not start: port taken'))).toHaveLength(2);
    await kept.stop();
  });

  it('that does not stay up is given up', async () => {
    const kept = await keep();
    part.failNext = 99;
    part.end(CRASH);
    expect((await kept.gaveUp).message).toBe('service does not stay up after 3 attempts');
    expect(part.starts).toBe(1 + 3);
    await kept.stop();
  });

  it('that comes up and crashes again and again is given up too', async () => {
    const kept = await keep();
    let over = false;
    void kept.gaveUp.then(() => (over = true));
    await seen('giving up', () => {
      part.end(CRASH);
      return over;
    });
    expect(part.starts).toBe(1 + 3);
  });

  it('stays stopped when it is stopped, also between two lives', async () => {
    const kept = await keepRunning(part, {
      report: (line) => lines.push(line),
      rules: { ...rules, firstDelayMs: 60_000, longestDelayMs: 60_000 },
    });
    part.end(CRASH);
    await seen('the end', () => kept.pid() === undefined);
    await kept.stop();
    expect(part.starts).toBe(1);
  });
});
