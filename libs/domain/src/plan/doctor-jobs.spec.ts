import type { Landscape } from '@patchtide/contracts';
import { indexLandscape } from '../landscape/landscape-index';
import { normalizeLandscape } from '../landscape/normalize';
import { batchJob, component, landscapeOf, threeTiers } from '../testing/landscapes';
import { aPolicy } from '../testing/plans';
import { doctorJobs } from './doctor-jobs';
import { draftPlan } from './draft-plan';
import { waitForChecks } from './wait-for-checks';

/** What a campaign that requires the doctor is to do; the ids of jobs by what they wait for. */
function drafted(landscape: Landscape, policy = aPolicy()) {
  const plain = draftPlan(landscape, policy, landscape.servers.map(({ id }) => id).sort());
  const index = indexLandscape(normalizeLandscape(landscape));
  const checks = doctorJobs(index, policy, plain.selection, plain.jobs);
  const draft = { ...plain, jobs: [...checks, ...plain.jobs] };
  const waits = waitForChecks(draft, checks);
  const waitsOf = (job: string): string[] => [...(waits.get(job) ?? [])].sort();
  const checksBefore = (job: string): string[] => waitsOf(job).filter((id) => id.startsWith('check-'));
  return { checks, plain, waits, waitsOf, checksBefore };
}

it('asks every server once, by a job of its own on the host', () => {
  const landscape = landscapeOf({
    servers: [{ id: 'srv-a', name: 'crm-web-01', owner: 'team-linux' }],
    components: [component('a')],
  });
  const { checks, waitsOf } = drafted(landscape, aPolicy({ timeouts: { CHECK: '3m' } }));
  expect(checks).toEqual([
    {
      id: 'check-srv-a',
      name: 'CHECK_SERVER_crm-web-01',
      action: 'CHECK',
      ci: 'srv-a',
      server: 'srv-a',
      application: null,
      applications: ['crm'],
      tier: null,
      kind: null,
      cluster: null,
      owner: 'team-linux',
      executor: 'host',
      estimateMs: 15_000,
      estimateFrom: { from: 'default', samples: 0, p90Ms: expect.any(Number) },
      gates: [],
      instructions: null,
      timeoutMs: 180_000,
      steps: [
        {
          mode: 'do',
          timeoutMs: 180_000,
          argv: expect.arrayContaining(['@doctor', 'apt', 'unit=a.service', 'disk=/var:200:600']),
        },
      ],
      subjects: [],
    },
  ]);
  expect(waitsOf('check-srv-a')).toEqual([]);
});

it('lets everything in a group wait for the checks of all its servers, mute and hold too', () => {
  const landscape = threeTiers({
    batchJobs: [batchJob('nightly', 'srv-db')],
    monitored: ['srv-db', 'srv-web'],
  });
  const { waitsOf, checksBefore } = drafted(landscape);
  const all = ['check-srv-app', 'check-srv-db', 'check-srv-web'];
  expect(waitsOf('mute-srv-db')).toEqual(all);
  expect(waitsOf('mute-srv-web')).toEqual(all);
  expect(waitsOf('hold-nightly')).toEqual(['mute-srv-db']);
  expect(checksBefore('patch-srv-db')).toEqual([]);
});

it('knows all servers of a group before it stops the first component of it', () => {
  const { checksBefore } = drafted(threeTiers());
  expect(checksBefore('stop-web')).toEqual(['check-srv-app', 'check-srv-db', 'check-srv-web']);
});

it('does not repeat on later stops what the first one has waited for', () => {
  const { checksBefore } = drafted(threeTiers());
  expect(checksBefore('stop-app')).toEqual([]);
});

it('lets one application go on when a server of another is unfit', () => {
  const landscape = landscapeOf({
    components: [component('crm'), component('shop', { application: 'shop' })],
  });
  const { checksBefore } = drafted(landscape);
  expect([checksBefore('stop-crm'), checksBefore('stop-shop')]).toEqual([
    ['check-srv-crm'],
    ['check-srv-shop'],
  ]);
});

it('knows a whole cluster before the first of its members goes down', () => {
  const members = ['a', 'b'].map((id) => component(id, { cluster: 'pool' }));
  const { checksBefore } = drafted(landscapeOf({ components: members }), aPolicy({ limits: { cluster: 1 } }));
  expect(checksBefore('stop-a')).toEqual(['check-srv-a', 'check-srv-b']);
});

it('treats the patch of a server without stops as the outage that it is', () => {
  const landscape = landscapeOf({
    components: [component('a', { kind: 'agent', cluster: 'pool' }), component('b')],
    needs: [['b', 'a']],
  });
  const { waitsOf } = drafted(landscape, aPolicy({ kinds: { agent: { safeToKeep: true } } }));
  expect(waitsOf('patch-srv-a')).toContain('check-srv-a');
});

it('changes nothing in a plan without checks', () => {
  const { plain } = drafted(threeTiers());
  expect(waitForChecks(plain, [])).toEqual(plain.waits);
});
