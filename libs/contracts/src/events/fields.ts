import { buildMessage, IsInt, IsOptional, IsString, MaxLength, Min, ValidateBy } from 'class-validator';
import type { DocumentKind } from '../schemas/schemas';
import { checkShape } from '../shape';

/** Digest of a stored document: the canonical text's SHA-256. */
export const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** A fault as it stands in an event: what was wrong with an input, where, and what to do. */
export class EventFault {
  @IsString() @MaxLength(500) path!: string;
  @IsString() @MaxLength(1000) message!: string;
  @IsString() @MaxLength(1000) remedy!: string;
  @IsOptional() @IsString() @MaxLength(500) file?: string;
  @IsOptional() @IsInt() @Min(0) line?: number;
  @IsOptional() @IsInt() @Min(0) column?: number;
}

/** The value has the published shape of a document; one rule set for files and for the bus. */
export function MatchesSchema(kind: DocumentKind): PropertyDecorator {
  return ValidateBy({
    name: 'matchesSchema',
    constraints: [kind],
    validator: {
      validate: (value) => checkShape(kind, value).length === 0,
      defaultMessage: buildMessage(() => `$property does not match the schema ${kind}`),
    },
  });
}
