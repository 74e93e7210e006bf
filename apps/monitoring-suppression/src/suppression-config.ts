import { accessSync, constants } from 'node:fs';
import { StoreConfig } from '@patchtide/service-kit';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
} from 'class-validator';

const MINUTE_MS = 60_000;
const HTTP = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };
const URL_HELP = {
  message: '$property is not an http(s) URL',
  context: { remedy: 'Write it like http://alertmanager:9093.' },
};

function ReadableFile(remedy: string): PropertyDecorator {
  const isReadable = (value: unknown): boolean => {
    try {
      accessSync(String(value), constants.R_OK);
      return true;
    } catch {
      // The reason is in the fault's own words; a missing and a forbidden file have the same remedy.
      return false;
    }
  };
  const defaultMessage = (): string => '$property names a file that cannot be read';
  return ValidateBy(
    { name: 'readableFile', validator: { validate: isReadable, defaultMessage } },
    { context: { remedy } },
  );
}

const usesSsh = (config: SuppressionConfig): boolean =>
  [config.SUPPRESSION_SSH_USER, config.SUPPRESSION_SSH_KEY, config.SUPPRESSION_SSH_KNOWN_HOSTS].some(Boolean);

/** What monitoring-suppression reads from its environment. A system that is not set here cannot be used by campaigns. */
export class SuppressionConfig extends StoreConfig {
  /** Base URL of Prometheus Alertmanager, with its path prefix if it has one. */
  @IsOptional() @IsUrl(HTTP, URL_HELP) ALERTMANAGER_URL?: string;
  /** Sent to Alertmanager as a bearer token. */
  @IsOptional() @IsString() @MaxLength(4_096) ALERTMANAGER_TOKEN?: string;

  /** Base URL of the webhook receiver: mutes go to `<url>/monitoring`, holds to `<url>/batch`. */
  @IsOptional() @IsUrl(HTTP, URL_HELP) WEBHOOK_URL?: string;
  /** Signs webhooks; the receiver must know it. */
  @ValidateIf(({ WEBHOOK_URL }: SuppressionConfig) => WEBHOOK_URL !== undefined)
  @IsString()
  @MinLength(16)
  @MaxLength(500)
  WEBHOOK_SECRET?: string;

  /** Login on the hosts of cron files and systemd timers. With one of the three all must be set. */
  @ValidateIf(usesSsh)
  @Matches(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, { message: '$property is not a user name' })
  SUPPRESSION_SSH_USER?: string;
  @ValidateIf(usesSsh)
  @ReadableFile("Set it to the file with the SSH user's private key.")
  SUPPRESSION_SSH_KEY?: string;
  @ValidateIf(usesSsh)
  @ReadableFile('Set it to a known_hosts file with the key of every host; unknown hosts are refused.')
  SUPPRESSION_SSH_KNOWN_HOSTS?: string;
  /** `on`: holds are taken through `sudo -n`. */
  @IsIn(['on', 'off']) SUPPRESSION_SSH_SUDO: 'on' | 'off' = 'off';
  /** Where cron files may be held; others are refused. */
  @Matches(/^(\/[A-Za-z0-9_.-]+)+$/, { message: '$property is not an absolute path' })
  SUPPRESSION_CRON_DIRECTORY = '/etc/cron.d';

  /** A mute or hold that nobody renews ends after this long. */
  @Type(() => Number) @IsInt() @Min(1) @Max(120) LEASE_MINUTES = 15;
  /** How long after the window's end something may still be muted or held, while everything is put back. */
  @Type(() => Number) @IsInt() @Min(0) @Max(720) GRACE_MINUTES = 30;
  /** Between two looks at what is muted and held. */
  @Type(() => Number) @IsInt() @Min(1) @Max(300) KEEP_SECONDS = 20;
  /** Orders carried out at the same time. */
  @Type(() => Number) @IsInt() @Min(1) @Max(1_000) SUPPRESSION_CONCURRENCY = 64;
}

/** The lease rules of a configuration. */
export function leaseSettings({ LEASE_MINUTES, GRACE_MINUTES }: Readonly<SuppressionConfig>) {
  return { leaseMs: LEASE_MINUTES * MINUTE_MS, graceMs: GRACE_MINUTES * MINUTE_MS, volatileMs: MINUTE_MS };
}
