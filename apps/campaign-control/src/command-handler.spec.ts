import type { CampaignEvent, Change } from '@patchtide/contracts';
import { type CampaignCommand, Rejected } from '@patchtide/domain';
import { handleCommand } from './command-handler';
import { aChange, NOW } from './testing/estate';

const actor = { by: 'k.lindner', reason: 'because' };
const planDigest = `sha256:${'c'.repeat(64)}`;

describe('a command', () => {
  const open = (events: readonly CampaignEvent[] | undefined = []) => {
    const asked: { id: string; command?: CampaignCommand; change?: Change; by: string }[] = [];
    const directory = {
      command: async (id: string, command: CampaignCommand, by: string) => (
        asked.push({ id, command, by }),
        events
      ),
      submitChange: async (change: Change, by: string) => (asked.push({ id: change.id, change, by }), events),
    };
    return { asked, send: (message: unknown) => handleCommand(directory, message, new Date(NOW)) };
  };
  const refusal = async (message: unknown): Promise<Rejected> => {
    const error: unknown = await open()
      .send(message)
      .catch((caught: unknown) => caught);
    if (error instanceof Rejected) return error;
    throw new Error('the command was not refused', { cause: error });
  };

  it('becomes the campaign’s own word, with who asks, why and when', async () => {
    const { asked, send } = open();
    await send({ type: 'ControlCampaign', data: { campaign: 'CHG1', verb: 'pause', actor } });
    await send({ type: 'ControlJob', data: { campaign: 'CHG1', verb: 'skip', job: 'patch-srv-1', actor } });
    await send({ type: 'ApproveCampaign', data: { campaign: 'CHG1', planDigest, actor } });
    expect(asked.map(({ command }) => command)).toEqual([
      { type: 'Pause', ...actor, at: NOW },
      { type: 'ControlJob', verb: 'skip', job: 'patch-srv-1', ...actor, at: NOW },
      { type: 'Approve', planDigest, ...actor, at: NOW },
    ]);
    expect(asked.every(({ by }) => by === 'k.lindner')).toBe(true);
  });

  it('says of a condition whether it is met, and until when', async () => {
    const { asked, send } = open();
    const data = { campaign: 'CHG1', condition: 'month-end-closed', actor };
    await send({
      type: 'ControlCondition',
      data: { ...data, verb: 'publish', until: '2026-12-01T00:00:00Z' },
    });
    await send({ type: 'ControlCondition', data: { ...data, verb: 'withdraw' } });
    const said = { type: 'StateCondition', condition: 'month-end-closed', ...actor, at: NOW };
    expect(asked.map(({ command }) => command)).toEqual([
      { ...said, met: true, until: '2026-12-01T00:00:00Z' },
      { ...said, met: false },
    ]);
    const both = { ...data, verb: 'withdraw', until: '2026-12-01T00:00:00Z' };
    expect((await refusal({ type: 'ControlCondition', data: both })).faults).toMatchObject([
      { path: '/until' },
    ]);
  });

  it('is answered with the types of the events that it led to', async () => {
    const { send } = open([{ type: 'CampaignPaused', data: { ...actor, at: NOW } }]);
    const answer = await send({ type: 'ControlCampaign', data: { campaign: 'CHG1', verb: 'pause', actor } });
    expect(answer).toEqual({ ok: true, campaign: 'CHG1', events: ['CampaignPaused'] });
  });

  it('is left to another instance that holds the campaign', async () => {
    const { send } = open(undefined);
    const held = { command: async () => undefined, submitChange: async () => undefined };
    const message = { type: 'SubmitChange', data: { change: aChange() } };
    expect(await handleCommand(held, message, new Date(NOW))).toBeUndefined();
    expect(await send(message)).toMatchObject({ ok: true });
  });

  it('that submits a change is refused with every fault at its place in the change', async () => {
    const change = { ...aChange(), id: 'has spaces', policy: 7 };
    const { code, faults } = await refusal({ type: 'SubmitChange', data: { change } });
    expect(code).toBe('invalid-command');
    expect(faults.map(({ path }) => path)).toEqual(expect.arrayContaining(['/id', '/policy']));
  });

  it('with unknown properties, verbs or digests is refused with every fault', async () => {
    const data = { campaign: '../etc', planDigest: 'latest', actor: { by: '' }, surprise: 1 };
    const { faults } = await refusal({ type: 'ApproveCampaign', data });
    expect(faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/campaign', '/planDigest', '/surprise', '/actor/by', '/actor/reason']),
    );
  });

  it('of an unknown type is refused with the known ones, also when it is no object', async () => {
    for (const message of [
      { type: 'Reboot', data: {} },
      { type: 'constructor', data: {} },
      null,
      'text',
      {},
    ]) {
      const [fault] = (await refusal(message)).faults;
      expect(fault?.remedy).toContain('SubmitChange');
    }
  });

  it('that imports a landscape is sent elsewhere', async () => {
    const data = { landscapeDigest: planDigest, source: 'estate.csv', actor };
    const { code, nextStep } = await refusal({ type: 'ImportLandscape', data });
    expect([code, nextStep]).toEqual(['not-here', 'Send the command on patchtide.commands.landscape.']);
  });
});
