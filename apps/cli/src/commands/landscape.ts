import type { Landscape } from '@patchtide/contracts';
import { withPositions } from '@patchtide/connectors/cmdb';
import { checkEntries, checkLandscape, normalizeLandscape } from '@patchtide/domain';
import type { Command } from 'commander';
import type { Context } from '../context';
import { Failed } from '../failures';
import { readLandscape } from '../read-document';
import { readPolicy } from '../read-policy';
import { counted } from '../terminal/counted';
import { momentOf } from '../make-plan';

const SHOWN_SOURCE = 500;

interface ImportOptions {
  readonly mapping?: string;
  readonly offline?: boolean;
}

interface ValidateOptions {
  readonly mapping?: string;
  readonly policy?: string;
}

export function addLandscape(program: Command, context: Context): void {
  const landscape = program.command('landscape').description('the estate as the CMDB knows it');
  landscape
    .command('import <source>')
    .description('check a landscape (YAML, JSON, CSV, CMDB export or URL) and make it the present one')
    .option('--mapping <file>', 'column mapping of a CMDB export')
    .option('--offline', 'only check; send nothing to a server')
    .action((source: string, options: ImportOptions, command: Command) =>
      importLandscape(context, source, options, command),
    );
  landscape
    .command('validate <source>')
    .description('everything that is wrong with a landscape, at once; circles of relations too')
    .option('--mapping <file>', 'column mapping of a CMDB export')
    .option('--policy <file>', 'a policy, which may break relations of a circle')
    .action((source: string, options: ValidateOptions) => validate(context, source, options));
}

async function validate({ output }: Context, source: string, options: ValidateOptions): Promise<void> {
  const { mapping, policy: file } = options;
  const [read, policy] = await Promise.all([
    readLandscape(source, mapping),
    file === undefined ? null : readPolicy(file, momentOf(undefined)),
  ]);
  const ofLandscape = read.value
    ? withPositions(checkLandscape(read.value, policy?.value?.breaks), read.locate)
    : read.faults;
  const faults = [...ofLandscape, ...(policy?.faults ?? [])];
  if (!read.value || faults.length > 0) throw new Failed(`${source} is not valid:`, faults);
  const landscape = read.value;
  output.result({ valid: true, source }, () => `Valid: ${sizeOf(landscape)}.`);
}

async function importLandscape(
  { output, api, hasServer }: Context,
  source: string,
  { mapping, offline }: ImportOptions,
  command: Command,
): Promise<void> {
  const read = await readLandscape(source, mapping);
  const faults = read.value ? withPositions(checkEntries(read.value), read.locate) : read.faults;
  if (!read.value || faults.length > 0) throw new Failed(`${source} is not imported:`, faults);
  const landscape = normalizeLandscape(read.value);
  for (const { message, remedy } of checkLandscape(read.value))
    output.message(`To know: ${message}. ${remedy}`);
  const isSent = offline !== true && hasServer(command);
  if (isSent) await api(command).post('/landscapes', { source: source.slice(-SHOWN_SOURCE), landscape });
  else if (offline !== true) output.message('Not sent to a server: name one with --url or PATCHTIDE_URL.');
  output.result(landscape, () => `${isSent ? 'Imported' : 'Valid'}: ${sizeOf(landscape)}.`);
}

function sizeOf({ servers, components, applications, relations }: Landscape): string {
  return [
    counted(servers.length, 'server'),
    counted(components.length, 'component'),
    counted(applications.length, 'application'),
    counted(relations.length, 'relation'),
  ].join(', ');
}
