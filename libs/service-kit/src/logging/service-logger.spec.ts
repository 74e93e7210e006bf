import { withLogFields } from './log-fields';
import { serviceLogger } from './service-logger';

function recorded(level: 'info' | 'debug' = 'info') {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  return { lines, logger: serviceLogger('campaign-control', level, { write }) };
}

describe('the service logger', () => {
  it('writes JSON with service, level, time and the fields of the work around it', async () => {
    const { lines, logger } = recorded();
    await withLogFields({ campaign: 'CHG1' }, async () => {
      await Promise.resolve();
      withLogFields({ job: 'stop-crm-db' }, () => logger.info({ attempt: 2 }, 'job dispatched'));
    });
    logger.info('idle');
    expect(lines[0]).toMatchObject({
      ...{ service: 'campaign-control', level: 'info', msg: 'job dispatched' },
      ...{ campaign: 'CHG1', job: 'stop-crm-db', attempt: 2 },
    });
    expect(Date.parse(String(lines[0]?.['time']))).not.toBeNaN();
    expect(lines[1]).not.toHaveProperty('campaign');
  });

  it('keeps to its level', () => {
    const { lines, logger } = recorded();
    logger.debug('noise');
    expect(lines).toEqual([]);
  });

  it('shows no secret: fields, headers, URLs and error texts are redacted', () => {
    const { lines, logger } = recorded();
    const error = new Error('connect nats://s3cret@host failed for Bearer s3cret');
    Object.assign(error, { config: { password: 's3cret' }, code: 'ECONNREFUSED' });
    logger.error({ err: error, token: 's3cret', db: { password: 's3cret' } }, 'failed');
    logger.info(
      { req: { headers: { authorization: 'Bearer s3cret', cookie: 's3cret', 'x-api-key': 's3cret' } } },
      'x',
    );
    expect(JSON.stringify(lines)).not.toContain('s3cret');
    expect(lines[0]).toMatchObject({
      err: { code: 'ECONNREFUSED', message: expect.stringContaining('//[redacted]@host') },
    });
  });
});
