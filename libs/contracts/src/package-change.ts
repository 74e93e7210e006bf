import { IsString, MaxLength, MinLength } from 'class-validator';
import { IsTextOrNull } from './property-rules';

/** How many packages of one attempt are told of; hosts cut their list at this number and say so. */
export const MAX_PACKAGES = 2_000;

/** A package that an attempt changed on a host, with its versions before and after; null where it was not installed. */
export class PackageChange {
  @IsString() @MinLength(1) @MaxLength(200) name!: string;
  @IsTextOrNull(200) from!: string | null;
  @IsTextOrNull(200) to!: string | null;
}
