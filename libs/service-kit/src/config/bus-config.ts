import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';

const NATS_URL = /^(nats|tls):\/\/[^\s,]+(,\s*(nats|tls):\/\/[^\s,]+)*$/;
const NATS_URL_HELP = {
  message: '$property is not a NATS URL',
  context: { remedy: 'Write it like nats://127.0.0.1:4222.' },
};

/** How a service reaches the bus. */
export class BusConfig {
  @Matches(NATS_URL, NATS_URL_HELP) NATS_URL = 'nats://127.0.0.1:4222';
  @IsOptional() @IsString() @MaxLength(500) NATS_TOKEN?: string;
  @IsOptional() @IsString() @MaxLength(200) NATS_USER?: string;
  @IsOptional() @IsString() @MaxLength(500) NATS_PASSWORD?: string;
  /** Path of a NATS credentials file. */
  @IsOptional() @IsString() @MaxLength(4_096) NATS_CREDS?: string;
  /** Path of the certificate authority for `tls://`. */
  @IsOptional() @IsString() @MaxLength(4_096) NATS_CA?: string;
}
