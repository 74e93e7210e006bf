import { isWindows, plainLine } from './windows-host';
import { UPLOAD_SCRIPT, WINDOWS_PROGRAM, WINDOWS_PROGRAM_PATH } from './windows-program';
import { parseWindowsArgv, WINDOWS_RUNNER } from './windows-runner';

const attemptId = 'CHG1/stop-crm-web/1';
const request = {
  attemptId,
  epoch: 7,
  outputOffset: 42,
  steps: [
    { mode: 'do' as const, timeoutMs: 1500, argv: ['a.exe', '', 'ä "quoted" %PATH% $(x)', 'a & b | c > d'] },
    { mode: 'until' as const, timeoutMs: 30_000, argv: ['@unit-inactive', 'W3SVC'] },
  ],
};
const nasty = (...argv: string[]) => ({
  ...request,
  steps: [{ mode: 'do' as const, timeoutMs: 1000, argv }],
});

describe('requests to a Windows host', () => {
  it.each([
    ['run', WINDOWS_RUNNER.encodeRun(request)],
    ['inspect', WINDOWS_RUNNER.encodeInspect(attemptId)],
    ['upload', WINDOWS_RUNNER.upload.argv],
  ])('%s is a line in which no shell finds anything to read', (_, argv) => {
    expect(plainLine(argv)).toMatch(/^[A-Za-z0-9+/=:._ -]{1,8000}$/);
  });

  it('carry every argument untouched', () => {
    const read = parseWindowsArgv(WINDOWS_RUNNER.encodeRun(request));
    expect(read).toMatchObject({ verb: 'run', attempt: attemptId, epoch: 7, offset: 42 });
    expect(read?.verb === 'run' && JSON.parse(read.command)).toEqual({
      attempt: attemptId,
      steps: [
        { mode: 'do', seconds: 2, argv: request.steps[0]?.argv },
        { mode: 'until', seconds: 30, argv: ['@unit-inactive', 'W3SVC'] },
      ],
    });
  });

  it('never look like a number or an option to PowerShell', () => {
    expect(WINDOWS_RUNNER.encodeInspect(attemptId).at(-1)).toMatch(/^ey/);
  });

  it.each([
    ['a NUL character', nasty('a\0b')],
    ['text that is not valid Unicode', nasty('\ud800')],
  ])('refuse %s', (what, order) => {
    expect(() => WINDOWS_RUNNER.encodeRun(order)).toThrow(what);
  });

  it('say when there is more than cmd.exe takes', () => {
    expect(() => plainLine(WINDOWS_RUNNER.encodeRun(nasty('x'.repeat(6000))))).toThrow(/8000 characters/);
  });

  it.each([['two words'], ['C:\\Windows'], ["it's"], ['50%'], ['a&b'], ['']])('never quote: %j', (word) => {
    expect(() => plainLine(['powershell.exe', word])).toThrow(/quoted/);
  });

  it('are for this version of the program', () => {
    expect(parseWindowsArgv(['sh', ...WINDOWS_RUNNER.encodeInspect(attemptId).slice(1)])).toBeUndefined();
    expect(WINDOWS_PROGRAM_PATH).toMatch(/^C:\/Windows\/Patchtide\/runner-[0-9a-f]{12}\.ps1$/);
  });

  it('bring the whole program as one line of stdin, and what places it as a constant', () => {
    const [digest, encoded] = WINDOWS_RUNNER.upload.stdin.trimEnd().split(' ');
    expect(WINDOWS_PROGRAM_PATH).toContain(digest?.slice(0, 12));
    expect(Buffer.from(encoded ?? '', 'base64').toString('utf8')).toBe(WINDOWS_PROGRAM);
    const script = Buffer.from(WINDOWS_RUNNER.upload.argv.at(-1) ?? '', 'base64').toString('utf16le');
    expect(script).toBe(UPLOAD_SCRIPT);
  });
});

describe('a missing program', () => {
  const status = 'patchtide-status state=absent code=- boot=1 started-boot=- size=0';

  it.each([1, 4294770688])('is taken for granted when exit code %i comes without a status', (exitCode) => {
    expect(WINDOWS_RUNNER.isMissing({ exitCode, stdout: '', stderr: 'nicht vorhanden' })).toBe(true);
  });

  it('is not assumed when the program answered', () => {
    expect(WINDOWS_RUNNER.isMissing({ exitCode: 1, stdout: '', stderr: `\n${status}\n` })).toBe(false);
    expect(WINDOWS_RUNNER.isMissing({ exitCode: 0, stdout: '', stderr: '' })).toBe(false);
  });
});

describe('isWindows', () => {
  it.each([
    ['windows-2022', true],
    ['windows', true],
    ['debian-12', false],
    ['windowsill-1', false],
    [undefined, false],
  ])('takes %s for Windows: %s', (os, expected) => {
    expect(isWindows(os === undefined ? {} : { os })).toBe(expected);
  });
});
