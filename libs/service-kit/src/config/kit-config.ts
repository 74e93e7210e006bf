import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, Validate } from 'class-validator';
import { TOKENS_HELP, TokensRule } from '../auth/token-table';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What every service reads from its environment. */
export class KitConfig {
  /** The address to listen on; loopback unless said otherwise. */
  @IsString() @MaxLength(253) HOST = '127.0.0.1';
  /** Default: the service's own port. 0 takes a free one. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) @Max(65_535) PORT?: number;
  @IsIn(LOG_LEVELS) LOG_LEVEL: LogLevel = 'info';
  /** Who may call the HTTP API: `role:name:token`, comma separated. Without it only health and metrics answer. */
  @IsOptional() @Validate(TokensRule, TOKENS_HELP) PATCHTIDE_TOKENS?: string;
}
