import { doStep, follow, newTestHost, runCommand, type TestHost } from '../../testing/host-fixture';

const UNIT = 'postgresql@15-main';
const ATTEMPT = 'CHG1/stop-crm-db/1';

function attempt(test: TestHost, ...argv: string[]) {
  const seen = follow(test, [doStep(...argv)]);
  test.clock.advance(60_000);
  return { code: seen.status?.code, output: seen.output, ...test.host.runner.facts(ATTEMPT) };
}

describe('@patch on a simulated host', () => {
  it('updates everything and states each package with both versions', () => {
    const test = newTestHost();
    const [pending] = [...test.host.state.packages.values()].filter(
      ({ candidate }) => candidate !== undefined,
    );
    const change = { name: pending?.name, from: pending?.version, to: pending?.candidate };
    const { code, packages } = attempt(test, '@patch', 'apt');
    expect(code).toBe(0);
    expect(packages).toContainEqual(change);
    expect(attempt(newTestHost(), '@patch', 'apt', 'only=postgresql-15').packages).toHaveLength(1);
    expect([...test.host.state.packages.values()].filter(({ candidate }) => candidate !== undefined)).toEqual(
      [],
    );
  });

  it('leaves what is skipped, and names it', () => {
    const { packages, notes } = attempt(newTestHost(), '@patch', 'apt', 'skip=postgresql-15');
    expect(packages.map(({ name }) => name)).not.toContain('postgresql-15');
    expect(notes['skipped']).toMatch(/^postgresql-15 \(/);
  });

  it('says that a reboot is needed when a package asks for one', () => {
    const test = newTestHost();
    test.host.state.rebootRequired = true;
    expect(attempt(test, '@patch', 'apt').notes['reboot-needed']).toBe('a package asks for it');
  });

  it('repairs what an interrupted run left behind', () => {
    const test = newTestHost([{ command: '@patch', kind: 'lose-exit' }]);
    follow(test, [doStep('@patch', 'apt')], { attemptId: 'CHG1/patch-a/1' });
    test.clock.advance(60_000);
    expect(runCommand(test, '@packages-clean', 'apt').code).toBe(1);
    expect(attempt(test, '@patch', 'apt').notes['repaired']).toBe('an interrupted run of dpkg');
    expect(runCommand(test, '@packages-clean', 'apt').code).toBe(0);
  });

  it('fails for a package that is not there, with the reason as a fact', () => {
    const { code, notes } = attempt(newTestHost(), '@patch', 'apt', 'only=nosuch');
    expect({ code, notes }).toEqual({
      code: 1,
      notes: { failure: 'nosuch is not installed here, so nothing was updated' },
    });
  });

  it.each(['apt-get dist-upgrade', 'apt-get', '@patch'])(
    'is struck by a fault that is set for %s',
    (command) => {
      const { code, notes } = attempt(
        newTestHost([{ command, kind: 'fail', output: 'no space left' }]),
        '@patch',
        'apt',
      );
      expect({ code, notes }).toEqual({ code: 1, notes: { failure: 'no space left' } });
    },
  );
});

describe('words about units on a simulated host', () => {
  it('stop and start a unit and see which it is', () => {
    const test = newTestHost();
    const codes = [
      '@unit-steady',
      '@unit-stop',
      '@unit-stopped',
      '@unit-steady',
      '@unit-start',
      '@unit-active',
    ].map((word) => runCommand(test, word, UNIT).code);
    expect(codes).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it('fail like systemctl where a fault is set for that', () => {
    const test = newTestHost([{ command: 'systemctl stop', unit: UNIT, kind: 'fail' }]);
    expect(runCommand(test, '@unit-stop', UNIT).code).toBe(1);
    expect(runCommand(test, '@unit-stop', UNIT).code).toBe(0);
  });

  it.each([
    ['systemctl stop', '@unit-stop', 'could not be stopped: it is active'],
    ['systemctl start', '@unit-start', 'could not be started: it is failed'],
  ])('say in a sentence what a fault set for %s has done', (command, word, sentence) => {
    const test = newTestHost([{ command, kind: 'fail' }]);
    expect(attempt(test, word, UNIT).notes).toEqual({ failure: `unit ${UNIT} ${sentence}` });
  });

  it('tell a unit that does not exist', () => {
    expect(runCommand(newTestHost(), '@unit-stop', 'nosuch').code).toBe(4);
  });
});

describe('words of kinds on a simulated host', () => {
  const up = [
    ['@tcp-open', '127.10.0.1', '5432'],
    ['@postgresql-up', '/var/run/postgresql', '5432', 'postgres', 'any', '16777216'],
    ['@http-ok', 'http://127.10.0.1:5432/health', 'ok'],
  ];
  it.each(up)('see by the port that the application is up: %s', (...argv) => {
    const test = newTestHost();
    expect(runCommand(test, ...argv).code).toBe(0);
    runCommand(test, '@unit-stop', UNIT);
    expect(runCommand(test, ...argv).code).toBe(1);
  });

  it.each([
    ['@tcp-closed', '127.10.0.1', '5432'],
    ['@postgresql-stopped', '/var/run/postgresql', '5432'],
  ])('see by the port that the application is down: %s', (...argv) => {
    const test = newTestHost();
    expect(runCommand(test, ...argv).code).toBe(1);
    runCommand(test, '@unit-stop', UNIT);
    expect(runCommand(test, ...argv).code).toBe(0);
  });

  it('go well where nothing is known about what they name', () => {
    expect(runCommand(newTestHost(), '@nginx-config', '/etc/nginx/nginx.conf').code).toBe(0);
    expect(
      runCommand(newTestHost(), '@haproxy-drain', '/run/haproxy.sock', 'crm', 'web-1', '30', 'fail', 'no')
        .code,
    ).toBe(0);
  });

  it('do not include words that nobody has', () => {
    expect(runCommand(newTestHost(), '@coffee-ready')).toMatchObject({ code: 64 });
  });
});

it('@doctor finds a unit that is masked, until it is unmasked', () => {
  const test = newTestHost();
  runCommand(test, 'systemctl', 'mask', UNIT);
  const fault = `fault unit-masked unit ${UNIT} is masked and cannot be started`;
  expect(attempt(test, '@doctor', 'apt', `unit=${UNIT}`).notes['finding-1']).toBe(fault);
  runCommand(test, 'systemctl', 'unmask', UNIT);
  expect(runCommand(test, '@doctor', 'apt', `unit=${UNIT}`).code).toBe(0);
});

it('@doctor finds a unit that is missing and nothing else', () => {
  expect(attempt(newTestHost(), '@doctor', 'apt', `unit=${UNIT}`).code).toBe(0);
  const { code, notes } = attempt(newTestHost(), '@doctor', 'apt', 'unit=nosuch');
  expect(code).toBe(1);
  expect(notes['finding-1']).toBe('fault unit-missing there is no unit nosuch');
});
