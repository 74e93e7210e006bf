import { MemoryEventStore } from '@patchtide/event-store';
import { CampaignFold } from '../follow/campaign-fold';
import { RecordedCampaign } from '../testing/recorded-campaign';
import { attemptEnd } from './attempt-end';

const nginx = { name: 'nginx', from: '1.22.1-9', to: '1.22.1-9+deb12u1' };
const bash = { name: 'bash', from: null, to: '5.2' };
const nothing = { packages: [], facts: {} };

describe('what the host stated at the end of the last attempt', () => {
  const open = async () => {
    const store = new MemoryEventStore();
    const recorded = await new RecordedCampaign(store).start();
    const end = async (job: string) =>
      attemptEnd(store, (await new CampaignFold('CHG1', store).read()).folded, job);
    return { recorded, end };
  };

  it('is told of a success, the packages by name', async () => {
    const { recorded, end } = await open();
    await recorded.ends('stop-web', 'succeeded', { packages: [nginx, bash], facts: { held: 'curl' } });
    expect(await end('stop-web')).toEqual({ packages: [bash, nginx], facts: { held: 'curl' } });
  });

  it('is told of a failure until the next attempt begins', async () => {
    const { recorded, end } = await open();
    await recorded.ends('stop-web', 'failed', { packages: [nginx] });
    expect(await end('stop-web')).toEqual({ packages: [nginx], facts: {} });
    const who = { by: 'k.lindner', reason: 'again' };
    await recorded.send({ type: 'ControlJob', job: 'stop-web', verb: 'retry', ...who, at: recorded.at });
    expect(await end('stop-web')).toEqual(nothing);
  });

  it('is nothing where nothing was stated, or has ended', async () => {
    const { recorded, end } = await open();
    await recorded.ends('stop-web');
    expect([await end('stop-web'), await end('stop-db')]).toEqual([nothing, nothing]);
  });
});
