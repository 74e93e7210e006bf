import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Context } from '../context';
import { FaultsFound } from '../faults-found';
import { type Evidence, verifyEvidence } from '../verify-evidence';
import type { CampaignView, EventView } from '../views';
import { encode } from './campaign';

export function addAudit(program: Command, context: Context): void {
  const audit = program.command('audit').description('the history of a campaign, and whether it was altered');
  audit
    .command('export <campaign>')
    .description('the evidence pack: every event with its hash, and the documents they refer to')
    .option('--out <file>', 'write it to a file (default: stdout)')
    .action((campaign: string, options: { out?: string }, command: Command) =>
      exportEvidence(context, campaign, options, command),
    );
  audit
    .command('verify <file>')
    .description('recompute the chains of an evidence pack, offline')
    .action((file: string) => verify(context, file));
  audit
    .command('replay <campaign>')
    .description('what happened, in order; with --at the state at that moment')
    .option('--at <time>', 'ISO 8601')
    .action((campaign: string, options: { at?: string }, command: Command) =>
      replay(context, campaign, options, command),
    );
}

async function exportEvidence(
  context: Context,
  campaign: string,
  { out }: { out?: string },
  command: Command,
): Promise<void> {
  const text = await context.api(command).text(`/campaigns/${encode(campaign)}/evidence`, 'application/json');
  if (out === undefined) {
    context.output.raw(`${text}\n`);
    return;
  }
  await writeFile(out, text, { flag: 'wx' });
  context.output.message(`Written to ${out}. Check it with "patchtide audit verify ${out}".`);
}

async function verify(context: Context, file: string): Promise<void> {
  const evidence = await readEvidence(file);
  const verdict = verifyEvidence(evidence);
  if (verdict.faults.length > 0) throw new FaultsFound(`${file} is NOT what was recorded:`, verdict.faults);
  context.output.result(
    verdict,
    ({ events, streams, documents }) =>
      `Verified: ${events} events in ${streams} chains and ${documents} documents are unaltered.`,
  );
}

async function readEvidence(file: string): Promise<Evidence> {
  const text = await readFile(file, 'utf8');
  try {
    const { campaign, streams, documents } = (JSON.parse(text) ?? {}) as Partial<
      Record<keyof Evidence, unknown>
    >;
    const isPack = typeof campaign === 'string' && isRecord(streams) && isRecord(documents);
    if (isPack && Object.values(streams).every(Array.isArray)) return JSON.parse(text) as Evidence;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const remedy = 'Export it again with "patchtide audit export".';
  throw new FaultsFound(`${file} is not an evidence pack`, [
    { path: '', file, message: 'is not what an export writes', remedy },
  ]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function replay(
  context: Context,
  campaign: string,
  { at }: { at?: string },
  command: Command,
): Promise<void> {
  const api = context.api(command);
  const path = `/campaigns/${encode(campaign)}`;
  if (at !== undefined) {
    const state = await api.get<CampaignView>(`${path}/state?at=${encodeURIComponent(at)}`);
    context.output.result(
      state,
      (s) =>
        `${s.id} at ${at}: ${s.status}; ${Object.entries(s.jobs)
          .map(([status, n]) => `${n} ${status}`)
          .join(', ')}; ${s.openObligations} obligations open.`,
    );
    return;
  }
  const text = await api.text(`${path}/events`, 'application/x-ndjson');
  if (context.output.settings.json) {
    context.output.raw(text);
    return;
  }
  const events = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EventView);
  context.output.raw(events.map(describeEvent).join(''));
}

function describeEvent({ at, type, actor, data }: EventView): string {
  const subject = ['job', 'obligation', 'incident', 'wave', 'scope']
    .map((key) => data[key])
    .find((value) => typeof value === 'string');
  const text = ['summary', 'reason'].map((key) => data[key]).find((value) => typeof value === 'string');
  return `${at}  ${type.padEnd(22)} ${String(subject ?? '')}  ${String(text ?? '')}  (${actor})\n`;
}
