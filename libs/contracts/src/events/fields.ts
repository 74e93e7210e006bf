import { IsInt, IsString, MaxLength, Min } from 'class-validator';
import { Optional } from '../property-rules';

/** Digest of a stored document: the canonical text's SHA-256. */
export const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** A fault as it stands in an event: what was wrong with an input, where, and what to do. */
export class EventFault {
  @IsString() @MaxLength(500) path!: string;
  @IsString() @MaxLength(1000) message!: string;
  @IsString() @MaxLength(1000) remedy!: string;
  @Optional() @IsString() @MaxLength(500) file?: string;
  @Optional() @IsInt() @Min(0) line?: number;
  @Optional() @IsInt() @Min(0) column?: number;
}
