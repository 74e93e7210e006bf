import { extname } from 'node:path';
import { complianceCsv, type ComplianceReport } from '@patchtide/domain';
import { type Command, Option } from 'commander';
import type { Context } from '../context';
import { Failed } from '../failures';
import type { Look } from '../output';
import { pathOf } from '../paths';
import { compliancePage } from '../report/compliance-page';
import { compliancePdf } from '../report/pdf/compliance-pdf';
import { complianceText } from '../report/compliance-text';
import { harmless, printableJson } from '../terminal/printable';
import { writeNew } from '../write-new';

const FORMATS = ['text', 'csv', 'json', 'html', 'pdf'] as const;
type Format = (typeof FORMATS)[number];

const TIMEOUT_MS = 120_000;

interface ReportOptions {
  readonly format?: Format;
  readonly output?: string;
}

export function addReport(program: Command, context: Context): void {
  const report = program.command('report').description('what a campaign did, for those who ask later');
  report
    .command('compliance <campaign>')
    .description('each server: patched or why not, rebooted or due, packages old and new')
    .addOption(
      new Option('--format <format>', 'default: by the name of the output file, else text').choices(FORMATS),
    )
    .option('--output <file>', 'write it to a new file (default: stdout)')
    .action((campaign: string, options: ReportOptions, command: Command) =>
      compliance(context, campaign, options, command),
    );
}

async function compliance(
  { output, api }: Context,
  campaign: string,
  options: ReportOptions,
  command: Command,
): Promise<void> {
  const path = pathOf('campaigns', campaign, 'compliance');
  const report = await api(command).get<ComplianceReport>(path, TIMEOUT_MS);
  const format = options.format ?? formatOf(options.output) ?? (output.isJson ? 'json' : 'text');
  const file = options.output;
  if (file === undefined) {
    refuseOnTerminal(format, output.out.stream.isTTY === true);
    const look = { paint: output.out.paint, width: output.out.width() };
    for await (const part of render(report, format, look)) output.raw(part);
    return;
  }
  await writeNew(file, render(report, format, PLAIN), '--output');
  output.result({ file, campaign, format }, () => `Written to ${file}.`);
}

/** A file has no colours and no width. */
const PLAIN: Look = { paint: (text) => text, width: undefined };

function render(
  report: ComplianceReport,
  format: Format,
  look: Look,
): Iterable<string> | AsyncIterable<Buffer> {
  switch (format) {
    case 'json':
      return [`${printableJson(JSON.stringify(report, null, 2))}\n`];
    case 'csv':
      return [complianceCsv(harmless(report))];
    case 'html':
      return [compliancePage(harmless(report))];
    case 'pdf':
      return compliancePdf(report);
    case 'text':
      return [`${complianceText(harmless(report), look)}\n`];
  }
}

function refuseOnTerminal(format: Format, isTerminal: boolean): void {
  if (format !== 'pdf' || !isTerminal) return;
  throw new Failed('A PDF is not for a terminal', [], 'Name a file with --output, or pipe it on.');
}

function formatOf(file: string | undefined): Format | undefined {
  const extension = extname(file ?? '').slice(1);
  return FORMATS.find((format) => format === extension || (format === 'text' && extension === 'txt'));
}
