import type { Question } from '@patchtide/domain';
import { type FakeProgram, FakeShell } from '../remote-shell';
import { examineAll } from './examine-all';
import { HostDoctor } from './host-doctor';

const signal = new AbortController().signal;
const FIT = 'doctor begins boot=b-1\ndoctor ends faults=0 warnings=0\n';
const host: FakeProgram = ({ argv }) => ({ stdout: argv[0] === 'date' ? '1796119200.5\n' : FIT });

const question = (n = 1): Question => ({
  server: { id: `srv-${n}`, name: `srv-${n}`, address: `10.0.0.${n}`, os: 'debian-12' },
  method: 'apt',
  units: ['crm.service'],
  programs: [],
  lockSeconds: null,
});

describe('HostDoctor', () => {
  it('brings its program along by stdin and asks for what the night needs', async () => {
    const shell = new FakeShell(host);
    const doctor = new HostDoctor(shell, { root: '/opt/pt', now: () => 7 });
    expect(await doctor.examine(question(), signal)).toEqual({
      server: question().server,
      bootId: 'b-1',
      findings: [],
      clock: { sentMs: 7, hostMs: 1796119200500, precisionMs: 1, receivedMs: 7 },
    });
    const [asked] = shell.calls;
    expect(asked?.host).toEqual({ address: '10.0.0.1', port: 22 });
    expect(asked?.argv.slice(0, 4)).toEqual(['sh', '-s', '@doctor', 'apt']);
    expect(asked?.argv).toEqual(expect.arrayContaining(['unit=crm.service', 'root=/opt/pt']));
    expect(asked?.stdin).toContain('word_doctor()');
  });

  it.each([
    ['refused', 'unreachable'],
    ['no-answer', 'unreachable'],
    ['unknown-name', 'unknown-name'],
    ['bad-address', 'bad-address'],
    ['authentication', 'login-refused'],
    ['host-key-unknown', 'host-key-unknown'],
    ['host-key-changed', 'host-key-changed'],
  ] as const)('makes a finding of a host that is %s', async (reason, code) => {
    const shell = new FakeShell(host);
    shell.breakHost('10.0.0.1', reason);
    const { findings, bootId } = await new HostDoctor(shell).examine(question(), signal);
    expect([findings.map((one) => one.code), bootId]).toEqual([[code], null]);
  });

  it('says that a host did not end in time, and keeps what it had found when only the clock is missing', async () => {
    const silent = new HostDoctor(new FakeShell(() => new Promise(() => undefined)), { timeoutMs: 20 });
    expect((await silent.examine(question(), signal)).findings).toMatchObject([{ code: 'cannot-tell' }]);
    const found = `doctor begins boot=b\nfault read-only: / is mounted read-only\ndoctor ends faults=1 warnings=0\n`;
    const shell = new FakeShell(({ argv }) => ({ stdout: argv[0] === 'date' ? 'no idea' : found }));
    const { findings } = await new HostDoctor(shell).examine(question(), signal);
    expect(findings.map(({ code }) => code)).toEqual(['read-only', 'cannot-tell']);
  });

  it('gives up with the reason of the caller', async () => {
    const stop = new AbortController();
    const asked = new HostDoctor(new FakeShell(() => new Promise(() => undefined))).examine(
      question(),
      stop.signal,
    );
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });
});

describe('examineAll', () => {
  const questions = Array.from({ length: 40 }, (_, n) => question(n + 1));

  it('looks at so many hosts at a time, counts them, and answers in the order of the questions', async () => {
    let [running, most] = [0, 0];
    const examine = async ({ server }: Question) => {
      most = Math.max(most, (running += 1));
      await Promise.resolve();
      running -= 1;
      return { server, bootId: null, clock: null, findings: [] };
    };
    const counts: number[] = [];
    const seen = await examineAll({ examine }, questions, {
      signal,
      parallel: 7,
      onDone: (n) => counts.push(n),
    });
    expect(seen.map(({ server }) => server.id)).toEqual(questions.map(({ server }) => server.id));
    expect([most, counts.at(0), counts.at(-1)]).toEqual([7, 1, 40]);
  });

  it('ends at once when it is told to, also for the hosts whose turn has not come', async () => {
    const stop = new AbortController();
    const doctor = new HostDoctor(new FakeShell(() => new Promise(() => undefined)));
    const round = examineAll(doctor, questions, { signal: stop.signal, parallel: 2 });
    stop.abort(new Error('enough'));
    await expect(round).rejects.toThrow('enough');
  });
});
