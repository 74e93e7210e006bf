import { withPositions } from '@patchtide/connectors/cmdb';
import { checkLandscape, normalizeLandscape } from '@patchtide/domain';
import type { Command } from 'commander';
import type { Context } from '../context';
import { Failed } from '../failures';
import { readLandscape } from '../read-document';
import { counted } from '../terminal/counted';

const SHOWN_SOURCE = 500;

interface ImportOptions {
  readonly mapping?: string;
  readonly offline?: boolean;
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
}

async function importLandscape(
  { output, api, hasServer }: Context,
  source: string,
  { mapping, offline }: ImportOptions,
  command: Command,
): Promise<void> {
  const read = await readLandscape(source, mapping);
  const faults = read.value ? withPositions(checkLandscape(read.value), read.locate) : read.faults;
  if (!read.value || faults.length > 0) throw new Failed(`${source} is not imported:`, faults);
  const landscape = normalizeLandscape(read.value);
  const isSent = offline !== true && hasServer(command);
  if (isSent) await api(command).post('/landscapes', { source: source.slice(-SHOWN_SOURCE), landscape });
  else if (offline !== true) output.message('Not sent to a server: name one with --url or PATCHTIDE_URL.');
  const { servers, components, applications, relations } = landscape;
  const size = [
    counted(servers.length, 'server'),
    counted(components.length, 'component'),
    counted(applications.length, 'application'),
    counted(relations.length, 'relation'),
  ].join(', ');
  output.result(landscape, () => `${isSent ? 'Imported' : 'Valid'}: ${size}.`);
}
