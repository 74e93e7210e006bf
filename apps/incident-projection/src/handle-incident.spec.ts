import { Rejected } from '@patchtide/domain';
import { acknowledge, afterwards, close } from './handle-incident';
import { Incident } from './incident.entity';

const AT = '2026-11-29T22:00:00.000Z';
const handling = { by: 'k.lindner', note: 'seen', at: AT };

function incident(more: Partial<Incident> = {}): Incident {
  const job = {
    kind: 'job',
    campaign: 'CHG1',
    job: 'stop-db',
    name: 'STOP_DB_db',
    answers: ['retry', 'complete'],
  };
  return Object.assign(new Incident(), {
    id: 'CHG1~stop-db',
    status: 'open',
    acknowledgedBy: null,
    ...job,
    ...more,
  });
}
function refusal(act: () => unknown): Rejected {
  try {
    act();
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('an incident', () => {
  it('is acknowledged once by each person, and not after it is resolved', () => {
    expect(acknowledge(incident(), handling)).toEqual({
      type: 'IncidentAcknowledged',
      data: { incident: 'CHG1~stop-db', by: 'k.lindner', note: 'seen', at: AT },
    });
    expect(acknowledge(incident({ acknowledgedBy: 'm.weber' }), handling)).not.toBeNull();
    expect(acknowledge(incident({ acknowledgedBy: 'k.lindner' }), handling)).toBeNull();
    expect(acknowledge(incident({ status: 'resolved' }), handling)).toBeNull();
  });

  it('that belongs to no job is closed by hand, once', () => {
    for (const kind of ['invalid-change', 'dead-letter', 'campaign-rejected'] as const) {
      expect(close(incident({ kind, answers: [] }), handling)?.type).toBe('IncidentClosed');
    }
    expect(close(incident({ kind: 'dead-letter', status: 'resolved' }), handling)).toBeNull();
  });

  it('of a job that waits is not closed by words: the refusal names the answers and where to give them', () => {
    const { code, nextStep } = refusal(() => close(incident(), handling));
    expect([code, nextStep]).toEqual([
      'job-waits',
      'Answer at /v1/campaigns/CHG1/jobs/stop-db with one of: retry, complete.',
    ]);
  });

  it('of a job that nobody can answer any more, because its campaign has ended, is closed by hand', () => {
    expect(close(incident({ answers: [] }), handling)?.type).toBe('IncidentClosed');
  });

  it('of a campaign that needs hands is resolved by giving back, not by words', () => {
    const { code, nextStep } = refusal(() => close(incident({ kind: 'needs-hands', answers: [] }), handling));
    expect([code, nextStep.includes('/v1/campaigns/CHG1/obligations')]).toEqual(['campaign-waits', true]);
  });

  it('is answered with as it will be when the read model has followed', () => {
    const closed = incident({ kind: 'dead-letter' });
    const event = close(closed, handling);
    expect(event && afterwards(closed, event)).toMatchObject({
      ...{ status: 'resolved', resolvedBy: 'k.lindner', resolvedHow: 'by-hand', resolvedAt: AT },
    });
    const seen = incident();
    const ack = acknowledge(seen, handling);
    expect(ack && afterwards(seen, ack)).toMatchObject({
      status: 'acknowledged',
      acknowledgedBy: 'k.lindner',
    });
  });
});
