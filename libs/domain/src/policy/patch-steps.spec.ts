import type { KindProcedure, PatchSettings, Policy } from '@patchtide/contracts';
import { component, landscapeOf } from '../testing/landscapes';
import { aPolicy, faultsOf, jobOf, PLANNED_AT, planOf } from '../testing/plans';
import { checkPolicy } from './check-policy';

const PACKAGES: KindProcedure = { patch: { packages: ['postgresql-15', '{client}'] } };
const pg = (attributes = {}) =>
  component('db', {
    kind: 'pg',
    tier: 'db',
    server: 's1',
    attributes: { client: 'postgresql-client-15', ...attributes },
  });

function planFor(patch: Policy['patch'], kinds: Policy['kinds'] = {}, attributes = {}, os = 'debian-12') {
  return {
    landscape: landscapeOf({ servers: [{ id: 's1', os }], components: [pg(attributes)] }),
    policy: { patch, kinds },
  };
}
const argvOf = (input: Parameters<typeof planOf>[0], id: string) =>
  jobOf(planOf(input), id).steps.map((s) => s.argv);
const faultsIn = (patch: Policy['patch'], kinds: Policy['kinds'] = {}) =>
  checkPolicy(aPolicy({ patch, kinds }), PLANNED_AT);

describe('PATCH_OS', () => {
  it('has the defaults of the method where the policy names only that', () => {
    expect(argvOf(planFor({ debian: 'apt' }), 'patch-s1')).toEqual([['@patch', 'apt']]);
  });

  it('says what the policy says', () => {
    const settings: PatchSettings = {
      method: 'apt',
      scope: 'security',
      conffiles: 'stop',
      removals: 'allow',
      lockTimeout: '90s',
      skip: ['openssl', 'crm-agent'],
    };
    expect(argvOf(planFor({ debian: settings }), 'patch-s1')).toEqual([
      [
        ...['@patch', 'apt', 'scope=security', 'conffiles=stop', 'removals=allow', 'lock-seconds=90'],
        ...['skip=crm-agent', 'skip=openssl'],
      ],
    ]);
  });

  it('leaves what a component on the server updates in a job of its own', () => {
    const plan = planFor({ debian: { method: 'apt', skip: ['vim'] } }, { pg: PACKAGES });
    expect(argvOf(plan, 'patch-s1')).toEqual([
      ['@patch', 'apt', 'skip=postgresql-15', 'skip=postgresql-client-15', 'skip=vim'],
    ]);
  });

  it('asks the Windows Update Agent on Windows, and gives it time to settle after the reboot', () => {
    const plan = {
      landscape: landscapeOf({ servers: [{ id: 's1', os: 'windows-2022' }], components: [] }),
      policy: {
        patch: { windows: { method: 'wua' as const, scope: 'security' as const, skip: ['KB5031364'] } },
      },
    };
    expect(argvOf(plan, 'patch-s1')).toEqual([['@patch', 'wua', 'scope=security', 'skip=KB5031364']]);
    expect(argvOf(plan, 'reboot-s1')).toEqual([['@reboot', 'if-needed', 'wua']]);
    expect(argvOf(plan, 'verify-s1')).toEqual([['@system-running'], ['@packages-clean', 'wua']]);
  });

  it('has the whole time of its job', () => {
    const [step] = jobOf(planOf(planFor({ debian: 'apt' })), 'patch-s1').steps;
    expect(step).toMatchObject({ mode: 'do', timeoutMs: 3_600_000 });
  });
});

describe('packages of a component', () => {
  it("are updated by the server's method, whatever the scope for the server is", () => {
    const debian: PatchSettings = { method: 'apt', scope: 'security', conffiles: 'new', skip: ['vim'] };
    expect(argvOf(planFor({ debian }, { pg: PACKAGES }), 'patch-db')).toEqual([
      ['@patch', 'apt', 'conffiles=new', 'only=postgresql-15', 'only=postgresql-client-15'],
    ]);
  });

  it('are updated before the reboot and verified after it', () => {
    const plan = planOf(planFor({ debian: 'apt' }, { pg: PACKAGES }));
    expect(jobOf(plan, 'patch-db').dependsOn).toContain('patch-s1');
    expect(jobOf(plan, 'reboot-s1').dependsOn).toContain('patch-db');
  });

  it.each(['-o', 'a b', 'crm-', '*', '$(x)', 'a=1'])(
    'are refused with the name %j from the CMDB',
    (client) => {
      const faults = faultsOf(planFor({ debian: 'apt' }, { pg: PACKAGES }, { client }));
      expect(faults).toHaveLength(1);
      expect(faults[0]?.path).toContain('/components/0/attributes');
    },
  );

  it('are refused where zypper takes security patches as a whole', () => {
    const suse: PatchSettings = { method: 'zypper', scope: 'security' };
    expect(faultsOf(planFor({ suse }, { pg: PACKAGES }, {}, 'suse-15'))).toMatchObject([
      { path: '/components/0', remedy: expect.stringContaining('scope of zypper') as string },
    ]);
  });

  it('are refused in any phase but patch', () => {
    const stop = { packages: ['postgresql-15'] };
    expect(faultsIn({ debian: 'apt' }, { pg: { stop } })).toMatchObject([
      { path: '/kinds/pg/stop/packages', remedy: 'Move the step to the phase patch.' },
    ]);
  });
});

it.each([
  ['dnf', 'rhel-9'],
  ['zypper', 'suse-15'],
  ['apt', 'ubuntu-24.04'],
] as const)(
  'asks %s after the update whether a reboot is needed and the packages are whole',
  (method, os) => {
    const plan = {
      landscape: landscapeOf({ servers: [{ id: 's1', os }] }),
      policy: { patch: { rhel: 'dnf', suse: 'zypper', ubuntu: 'apt' } as const },
    };
    expect(argvOf(plan, 'reboot-s1')).toEqual([['@reboot', 'if-needed', method]]);
    expect(argvOf(plan, 'verify-s1')).toEqual([['@system-running'], ['@packages-clean', method]]);
  },
);

describe('patch settings of a policy', () => {
  it.each<[string, Policy['patch'], string]>([
    ['a method that the family does not have', { debian: 'dnf' }, '/patch/debian'],
    ['conffiles where rpm decides', { rhel: { method: 'dnf', conffiles: 'new' } }, '/patch/rhel/conffiles'],
    [
      'removals where only replaced packages go',
      { suse: { method: 'zypper', removals: 'allow' } },
      '/patch/suse/removals',
    ],
    [
      'single patches left out by zypper',
      { suse: { method: 'zypper', scope: 'security', skip: ['a'] } },
      '/patch/suse/skip',
    ],
    ['options for servers that stay unpatched', { aix: { method: 'none', skip: ['a'] } }, '/patch/aix/skip'],
  ])('cannot be %s', (_, patch, path) => {
    const faults = faultsIn(patch);
    expect(faults).toMatchObject([{ path }]);
    expect(faults[0]?.remedy).toMatch(/\.$/);
  });

  it('may leave any family unpatched, and name families that nobody knows', () => {
    expect(faultsIn({ debian: 'none', 'own-linux': { method: 'apt', scope: 'security' } })).toEqual([]);
  });
});
