import type { Command } from 'commander';
import type { Context } from '../context';
import { Failed } from '../failures';
import { instantOption } from '../make-plan';
import { pathOf } from '../paths';
import { readEvidence } from '../read-evidence';
import { describeEvent, describeState } from '../replay';
import { printableJson } from '../terminal/printable';
import { type EvidenceVerdict, verifyEvidence } from '../verify-evidence';
import type { EventView, StateView } from '../views';
import { writeNew } from '../write-new';

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
    .option('--at <time>', 'ISO 8601 with zone')
    .action((campaign: string, options: { at?: string }, command: Command) =>
      replay(context, campaign, options, command),
    );
}

async function exportEvidence(
  { output, api }: Context,
  campaign: string,
  { out }: { out?: string },
  command: Command,
): Promise<void> {
  const text = await api(command).document(pathOf('campaigns', campaign, 'evidence'));
  if (out === undefined) {
    output.raw(`${printableJson(text)}\n`);
    return;
  }
  await writeNew(out, text, '--out');
  output.result(
    { file: out, campaign },
    () => `Written to ${out}. Check it with "patchtide audit verify ${out}".`,
  );
}

async function verify({ output }: Context, file: string): Promise<void> {
  const verdict = verifyEvidence(await readEvidence(file));
  if (verdict.faults.length > 0) throw new Failed(`${file} is NOT what was recorded:`, verdict.faults);
  output.result(verdict, describeVerdict);
}

function describeVerdict({ events, streams, documents, end, heads }: EvidenceVerdict): string {
  return [
    `Verified: ${events} events in ${streams} chains and ${documents} documents are unaltered.`,
    end.isClosed
      ? `The campaign is closed; nothing follows its last event.`
      : `The last event is ${end.type}: the campaign was still open at the export, or its end is missing.`,
    'Last hash of each chain, to compare with one noted elsewhere:',
    ...Object.entries(heads).map(([stream, hash]) => `  ${hash}  ${stream}`),
  ].join('\n');
}

async function replay(
  { output, api }: Context,
  campaign: string,
  { at }: { at?: string },
  command: Command,
): Promise<void> {
  if (at !== undefined) {
    const moment = encodeURIComponent(instantOption(at, '--at'));
    const path = `${pathOf('campaigns', campaign, 'state')}?at=${moment}`;
    output.result(await api(command).get<StateView>(path), describeState);
    return;
  }
  const events = await api(command).lines<EventView>(pathOf('campaigns', campaign, 'events'));
  output.result(events, (all) => all.map(describeEvent).join('\n'));
}
