import { accessSync, constants } from 'node:fs';
import { DEFAULT_ROOT } from '@patchtide/connectors/remote-shell';
import { ALL_ZONES } from '@patchtide/contracts';
import { BusConfig } from '@patchtide/service-kit';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsString, Matches, Max, MaxLength, Min, ValidateBy } from 'class-validator';

function ReadableFile(remedy: string): PropertyDecorator {
  const isReadable = (value: unknown): boolean => {
    try {
      accessSync(String(value), constants.R_OK);
      return true;
    } catch {
      return false;
    }
  };
  const defaultMessage = (): string => '$property names a file that cannot be read';
  return ValidateBy(
    { name: 'readableFile', validator: { validate: isReadable, defaultMessage } },
    { context: { remedy } },
  );
}

/** What an agent reads from its environment beside what every service reads. */
export class AgentConfig extends BusConfig {
  /** The network zone whose hosts this agent serves. Agents of one zone share its work. `all` serves every zone. */
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, {
    message: '$property is not the name of a zone',
    context: { remedy: 'Use letters, digits, "-" and "_", or "all" for every zone.' },
  })
  AGENT_ZONE: string = ALL_ZONES;

  /** How many attempts are followed at the same time. */
  @Type(() => Number) @IsInt() @Min(1) @Max(1_000) AGENT_CONCURRENCY = 64;

  @Matches(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, {
    message: '$property is not a user name',
    context: { remedy: 'Set it to the user that logs in on the hosts.' },
  })
  AGENT_SSH_USER!: string;

  @ReadableFile("Set it to the file with the SSH user's private key.") AGENT_SSH_KEY!: string;

  @ReadableFile('Set it to a known_hosts file with the key of every host; unknown hosts are refused.')
  AGENT_KNOWN_HOSTS!: string;

  /** Directory on the hosts for the step runner and its journals. */
  @IsString()
  @MaxLength(200)
  @Matches(/^(\/[\w.-]+)+$/, {
    message: '$property is not an absolute path',
    context: { remedy: `Write it like ${DEFAULT_ROOT}.` },
  })
  AGENT_ROOT = DEFAULT_ROOT;

  /** `on`: everything on the hosts runs as `sudo -n -- …`. */
  @IsIn(['on', 'off']) AGENT_SUDO: 'on' | 'off' = 'off';
}
