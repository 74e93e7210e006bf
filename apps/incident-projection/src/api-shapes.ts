import { ApiProperty, type ApiResponseNoStatusOptions, getSchemaPath } from '@nestjs/swagger';

/** One thing that is wrong with an input. */
export class Fault {
  @ApiProperty({ description: 'JSON pointer into the input; empty for the whole' }) path!: string;
  @ApiProperty() message!: string;
  @ApiProperty({ required: false, description: 'what to do about it' }) remedy?: string;
  @ApiProperty({ required: false }) file?: string;
  @ApiProperty({ type: 'integer', required: false }) line?: number;
  @ApiProperty({ type: 'integer', required: false }) column?: number;
}

/** How every refusal and every failure is answered: RFC 9457. */
export class Problem {
  @ApiProperty({ description: 'urn:patchtide:problem:<code>, or about:blank' }) type!: string;
  @ApiProperty() title!: string;
  @ApiProperty({ type: 'integer' }) status!: number;
  @ApiProperty({ required: false }) detail?: string;
  @ApiProperty({ required: false, description: 'stable name of the rule that said no' }) code?: string;
  @ApiProperty({ required: false }) nextStep?: string;
  @ApiProperty({ type: () => [Fault], required: false }) faults?: Fault[];
  @ApiProperty({ required: false, description: 'path of the request' }) instance?: string;
  @ApiProperty({ required: false }) correlationId?: string;
}

/** The answer to everything that goes wrong, for `@ApiDefaultResponse`. */
export const PROBLEM: ApiResponseNoStatusOptions = {
  description: 'Not possible: what is wrong, and the next step',
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } },
};
