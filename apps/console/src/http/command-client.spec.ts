import type { Command } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import { type Bus, type CommandHandler, MemoryBroker, NoResponders } from '@patchtide/messaging';
import { ProblemError } from '@patchtide/service-kit';
import { CommandClient } from './command-client';

const actor = { by: 'k.lindner', reason: '' };
const pause: Command = { type: 'ControlCampaign', data: { campaign: 'CHG1', verb: 'pause', actor } };
const landscapeDigest = `sha256:${'a'.repeat(64)}`;
const land: Command = { type: 'ImportLandscape', data: { landscapeDigest, source: 'x', actor } };

describe('a command', () => {
  const answered = async (subject: string, handler: CommandHandler): Promise<CommandClient> => {
    const broker = new MemoryBroker();
    await broker.connect().serve(subject, handler);
    return new CommandClient(broker.connect());
  };
  const problemOf = async (handler: CommandHandler): Promise<unknown> => {
    const client = await answered('patchtide.commands.campaign', handler);
    const error: unknown = await client.send(pause).catch((caught: unknown) => caught);
    return error instanceof ProblemError ? error.problem : error;
  };

  it('goes to the service that owns its stream, and its answer comes back', async () => {
    const campaign = await answered('patchtide.commands.campaign', ({ data }) => ({ ok: true, data }));
    expect(await campaign.send(pause)).toEqual({ ok: true, data: pause });
    const landscape = await answered('patchtide.commands.landscape', () => ({ ok: true, servers: 1 }));
    expect(await landscape.send(land)).toEqual({ ok: true, servers: 1 });
    await expect(landscape.send(pause)).rejects.toThrow(NoResponders);
  });

  it('that is refused keeps status, code, faults and next step of the refusal', async () => {
    const faults = [{ path: '/id', message: 'is missing', remedy: 'Add it.' }];
    const refuse = (): never => {
      throw new Rejected('invalid-command', 'the command is not valid', 'Correct it.', faults);
    };
    expect(await problemOf(refuse)).toMatchObject({
      ...{
        status: 422,
        code: 'invalid-command',
        detail: 'the command is not valid',
        nextStep: 'Correct it.',
        faults,
      },
    });
  });

  it('that failed says so without internals', async () => {
    const fail = (): never => {
      throw new Error('password authentication failed for user postgres');
    };
    const problem = await problemOf(fail);
    expect(problem).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(problem)).not.toContain('postgres');
  });

  it('whose answer nobody can understand is a failure too', async () => {
    for (const answer of [null, 'fine', {}, { ok: false }]) {
      const request: Bus['request'] = async () => answer;
      await expect(new CommandClient({ request }).send(pause)).rejects.toThrow(ProblemError);
    }
  });
});
