import { subjects } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import { type Bus, connectBus } from '@patchtide/messaging';

export interface SentCommand {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** campaign-control and cmdb-import as the console sees them: they remember every command, and refuse some. */
export class OtherServices {
  readonly commands: SentCommand[] = [];

  private constructor(private readonly bus: Bus) {}

  static async start(natsUrl: string): Promise<OtherServices> {
    const services = new OtherServices(await connectBus({ url: natsUrl, name: 'test' }));
    for (const subject of [subjects.campaignCommands, subjects.landscapeCommands]) {
      await services.bus.serve(subject, ({ data }) => services.answer(data as SentCommand));
    }
    return services;
  }

  get last(): SentCommand | undefined {
    return this.commands.at(-1);
  }

  async stop(): Promise<void> {
    await this.bus.close(500);
  }

  private answer(command: SentCommand): unknown {
    this.commands.push(command);
    const { campaign = 'CHG1' } = command.data;
    if (campaign === 'CHG9')
      throw new Rejected('unknown-campaign', 'there is no campaign "CHG9"', 'List them.');
    if (campaign === 'CHG-LATE') throw new Rejected('wrong-status', 'it is closed', 'Submit another.');
    if (command.type === 'ImportLandscape')
      return { ok: true, landscapeDigest: 'x', servers: 1, components: 0 };
    return { ok: true, campaign, events: ['CampaignPaused'] };
  }
}
