import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { StoreConfig } from '@patchtide/service-kit';

const SOURCE_HELP = {
  message: '$property is neither an absolute path nor an http(s) URL without a password in it',
  context: {
    remedy: 'Write a path, or a URL like https://cmdb.example.org/landscape; a token goes into CMDB_TOKEN.',
  },
};

/** What cmdb-import reads from its environment. */
export class ImportConfig extends StoreConfig {
  /** Where the estate is fetched from for every campaign. Without it: the landscape imported last. */
  @IsOptional() @Matches(/^(\/|https?:\/\/[^\s/@]+(\/|\?|$))/, SOURCE_HELP) CMDB_SOURCE?: string;
  @IsOptional() @IsString() @MaxLength(4_096) CMDB_TOKEN?: string;
  @Type(() => Number) @IsInt() @Min(1_000) @Max(300_000) CMDB_TIMEOUT_MS = 30_000;
}
