import { withPositions } from '@patchtide/connectors/cmdb';
import { checkLandscape, normalizeLandscape } from '@patchtide/domain';
import type { Command } from 'commander';
import type { Context } from '../context';
import { FaultsFound } from '../faults-found';
import { readLandscape } from '../read-document';

interface ImportOptions {
  readonly mapping?: string;
  readonly offline?: boolean;
}

export function addLandscape(program: Command, context: Context): void {
  program
    .command('landscape')
    .description('the estate as the CMDB knows it')
    .command('import <source>')
    .description(
      'check a landscape (YAML, JSON, CSV, CMDB export or URL) and make it the present one of the server',
    )
    .option('--mapping <file>', 'column mapping of a CMDB export')
    .option('--offline', 'only check; send nothing to a server')
    .action((source: string, options: ImportOptions, command: Command) =>
      importLandscape(context, source, options, command),
    );
}

async function importLandscape(
  context: Context,
  source: string,
  options: ImportOptions,
  command: Command,
): Promise<void> {
  const read = await readLandscape(source, options.mapping);
  const faults = read.value ? withPositions(checkLandscape(read.value), read.locate) : read.faults;
  if (!read.value || faults.length > 0) throw new FaultsFound(`${source} is not imported:`, faults);
  const value = normalizeLandscape(read.value);
  const isSent = options.offline !== true && context.hasServer(command);
  const counts = `${value.servers.length} servers, ${value.components.length} components, ${value.applications.length} applications`;
  if (isSent)
    await context.api(command).post('/landscapes', { source: source.slice(-500), landscape: value });
  else
    context.output.message(
      `Not sent to a server${options.offline === true ? '' : '; name one with --url or PATCHTIDE_URL'}.`,
    );
  context.output.result(
    value,
    () => `${isSent ? 'Imported' : 'Valid'}: ${counts}, ${value.relations.length} relations.`,
  );
}
