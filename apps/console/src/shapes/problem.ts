import { ApiProperty, type ApiResponseNoStatusOptions, getSchemaPath } from '@nestjs/swagger';

// The shapes describe the API: a client generator makes its types of them, and the views are held to them by the compiler.

/** One thing that is wrong with an input. */
export class Fault {
  @ApiProperty({ description: 'JSON pointer into the input; empty for the whole' }) readonly path!: string;
  @ApiProperty() readonly message!: string;
  @ApiProperty({ required: false, description: 'what to do about it' }) readonly remedy?: string;
  @ApiProperty({ required: false }) readonly file?: string;
  @ApiProperty({ type: 'integer', required: false }) readonly line?: number;
  @ApiProperty({ type: 'integer', required: false }) readonly column?: number;
}

/** How every refusal and every failure is answered: RFC 9457. */
export class Problem {
  @ApiProperty({ description: 'urn:patchtide:problem:<code>, or about:blank' }) readonly type!: string;
  @ApiProperty() readonly title!: string;
  @ApiProperty({ type: 'integer' }) readonly status!: number;
  @ApiProperty({ required: false }) readonly detail?: string;
  @ApiProperty({ required: false, description: 'stable name of the rule that said no' })
  readonly code?: string;
  @ApiProperty({ required: false }) readonly nextStep?: string;
  @ApiProperty({ type: () => [Fault], required: false }) readonly faults?: readonly Fault[];
  @ApiProperty({ required: false, description: 'path of the request' }) readonly instance?: string;
  @ApiProperty({ required: false }) readonly correlationId?: string;
}

/** The answer to everything that goes wrong, for `@ApiDefaultResponse`. */
export const PROBLEM: ApiResponseNoStatusOptions = {
  description: 'Not possible: what is wrong, and the next step',
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } },
};
