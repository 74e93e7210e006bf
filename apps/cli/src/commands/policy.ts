import { explainCi } from '@patchtide/domain';
import type { Command } from 'commander';
import type { Context } from '../context';
import { Failed } from '../failures';
import { ciView } from '../policy/ci-view';
import { readLandscape } from '../read-document';
import { readPolicy } from '../read-policy';
import { momentOf } from '../make-plan';
import { policyFaults } from '../policy/policy-faults';
import { counted } from '../terminal/counted';

interface ValidateOptions {
  readonly landscape?: string;
  readonly mapping?: string;
  readonly at?: string;
}

interface ExplainOptions extends ValidateOptions {
  readonly policy: string;
  readonly landscape: string;
}

export function addPolicy(program: Command, context: Context): void {
  const policy = program
    .command('policy')
    .description('the standard procedure and its exceptions, without a server');
  policy
    .command('validate <file>')
    .description('everything that is wrong with a policy, at once')
    .option('--landscape <file>', 'whether it fits this landscape, too (YAML, JSON, CSV)')
    .option('--mapping <file>', 'column mapping of a CMDB export')
    .option('--at <time>', 'the moment at which exceptions have to hold (default: now)')
    .action((file: string, options: ValidateOptions) => validate(context, file, options));
  policy
    .command('explain <ci>')
    .description('what it says about a server or component (id or name), and which rule gives which value')
    .requiredOption('--policy <file>', 'policy (YAML or JSON)')
    .requiredOption('--landscape <file>', 'landscape or CMDB export (YAML, JSON, CSV)')
    .option('--mapping <file>', 'column mapping of a CMDB export')
    .option('--at <time>', 'the moment at which exceptions have to hold (default: now)')
    .action((ci: string, options: ExplainOptions) => explain(context, ci, options));
}

async function validate({ output }: Context, file: string, options: ValidateOptions): Promise<void> {
  const { policy, faults } = await policyFaults(file, options, momentOf(options.at));
  if (!policy || faults.length > 0) throw new Failed(`${file} is not valid:`, faults);
  const { name, kinds = {}, exceptions = [], jobs = [] } = policy;
  const size = [
    counted(Object.keys(kinds).length, 'kind'),
    counted(jobs.length, 'own job'),
    counted(exceptions.length, 'exception'),
  ].join(', ');
  output.result({ valid: true, policy: name }, () => `Valid: policy ${name}, ${size}.`);
}

async function explain({ output }: Context, ci: string, options: ExplainOptions): Promise<void> {
  const [policy, landscape] = await Promise.all([
    readPolicy(options.policy, momentOf(options.at)),
    readLandscape(options.landscape, options.mapping),
  ]);
  if (!policy.value || !landscape.value)
    throw new Failed('Nothing can be said about this:', [...policy.faults, ...landscape.faults]);
  const explanation = explainCi(policy.value, landscape.value, ci);
  if (!explanation) {
    const { servers, components } = landscape.value;
    const some = [...components, ...servers]
      .filter(({ id, name }) => `${id} ${name}`.includes(ci))
      .slice(0, 8);
    const shown = (some.length > 0 ? some : [...components, ...servers].slice(0, 3)).map(({ id }) => id);
    throw new Failed(
      `the landscape has no server or component "${ci}"`,
      [],
      `Name one, such as ${shown.join(', ')}.`,
    );
  }
  output.result(explanation, ciView);
}
