import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { StoreConfig } from '@patchtide/service-kit';

const SOURCE_HELP = {
  message: '$property is neither a path nor an http(s) URL',
  context: { remedy: 'Write an absolute path, or a URL like https://cmdb.example.org/landscape.' },
};

/** What cmdb-import reads from its environment. */
export class ImportConfig extends StoreConfig {
  /** Where the estate is fetched from for every campaign. Without it: the landscape imported last. */
  @IsOptional() @Matches(/^(\/|https?:\/\/)\S/, SOURCE_HELP) CMDB_SOURCE?: string;
  @IsOptional() @IsString() @MaxLength(4_096) CMDB_TOKEN?: string;
  @Type(() => Number) @IsInt() @Min(1_000) @Max(300_000) CMDB_TIMEOUT_MS = 30_000;
}
