import { nextStepFor } from './next-step';

const access = { url: 'http://x', token: 'secret', tokenAdvice: 'Give a token with --token.' };

describe('the next step after a refusal', () => {
  it('is the one the server names', () => {
    expect(nextStepFor(422, { nextStep: 'Approve its plan first.' }, access)).toBe('Approve its plan first.');
  });

  it('speaks of commands where the server speaks of paths', () => {
    const problem = { code: 'unknown-campaign', nextStep: 'List the campaigns at /v1/campaigns.' };
    expect(nextStepFor(404, problem, access)).toBe('See "patchtide campaign list".');
    const waits = {
      code: 'job-waits',
      nextStep: 'Answer at /v1/campaigns/CHG-1/jobs/stop-db with one of: retry.',
    };
    expect(nextStepFor(409, waits, access)).toContain('patchtide incident show');
  });

  it.each([401, 403, 404, 500, 503])('exists for %i, although the server names none', (status) => {
    expect(nextStepFor(status, {}, access)).not.toBe('');
  });

  it('is to give a token where none was sent, and another one where it was not known', () => {
    expect(nextStepFor(401, {}, { ...access, token: null })).toBe('Give a token with --token.');
    expect(nextStepFor(401, {}, access)).toMatch(/^Use a token of this server/);
  });
});
