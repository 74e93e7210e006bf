/** One thing that is wrong with the environment of the process. */
export interface ConfigFault {
  readonly variable: string;
  readonly message: string;
  readonly remedy: string;
}

/** The environment does not make a configuration. The message lists every fault on a line of its own; no values. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';

  constructor(readonly faults: readonly ConfigFault[]) {
    super(
      [
        'The configuration has faults:',
        ...faults.map((f) => `  ${f.variable} ${f.message}. ${f.remedy}`),
      ].join('\n'),
    );
  }
}
