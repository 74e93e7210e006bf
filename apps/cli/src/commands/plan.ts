import type { Change, Fault, Landscape, Plan, Policy } from '@patchtide/contracts';
import { withPositions } from '@patchtide/connectors/cmdb';
import {
  buildPlan,
  checkChange,
  checkLandscape,
  checkPlanInput,
  checkPolicy,
  normalizeLandscape,
} from '@patchtide/domain';
import { canonicalJson, digestOf } from '@patchtide/event-store';
import type { Command } from 'commander';
import type { Context } from '../context';
import { FaultsFound } from '../faults-found';
import { planSummary } from '../plan-summary';
import { type Read, readDocument, readLandscape } from '../read-document';

const NO_PLAN = 'No plan can be made of this:';

interface BuildOptions {
  readonly landscape: string;
  readonly mapping?: string;
  readonly policy: string;
  readonly change: string;
  readonly at?: string;
}

export function addPlan(program: Command, context: Context): void {
  const plan = program.command('plan').description('plans as data, without a server');
  plan
    .command('build')
    .description('make the plan of a change: jobs, order, forecast')
    .requiredOption('--landscape <file>', 'landscape or CMDB export (YAML, JSON, CSV)')
    .option('--mapping <file>', 'column mapping of a CMDB export')
    .requiredOption('--policy <file>', 'policy (YAML or JSON)')
    .requiredOption('--change <file>', 'change (YAML or JSON)')
    .option('--at <time>', 'the moment to plan at, ISO 8601 (default: now)')
    .action(async (options: BuildOptions) => {
      const made = await makePlan(options, new Date());
      context.output.result(made, planSummary);
    });
}

async function makePlan(options: BuildOptions, now: Date): Promise<Plan> {
  const atMs = options.at === undefined ? now.getTime() : Date.parse(options.at);
  if (Number.isNaN(atMs)) {
    throw new FaultsFound('--at is not a time', [
      {
        path: '--at',
        message: `"${options.at}" is not an instant`,
        remedy: 'Write it like 2026-11-29T22:00:00Z.',
      },
    ]);
  }
  const at = new Date(atMs).toISOString();
  const [landscape, policy, change] = await Promise.all([
    readLandscape(options.landscape, options.mapping),
    readDocument<Policy>(options.policy, 'policy', (policy) => checkPolicy(policy, at)),
    readDocument<Change>(options.change, 'change', (change) => checkChange(change, at)),
  ]);
  const faults = [...landscape.faults, ...policy.faults, ...change.faults];
  if (!landscape.value || !policy.value || !change.value) {
    throw new FaultsFound(NO_PLAN, [...faults, ...checkWhatIsThere({ landscape, policy, change }, at)]);
  }
  const documents = { landscape: landscape.value, policy: policy.value, change: change.value };
  const digests = {
    landscapeDigest: digestOf(canonicalJson(normalizeLandscape(landscape.value))),
    policyDigest: digestOf(canonicalJson(policy.value)),
  };
  const result = buildPlan({ ...documents, at, ...digests });
  if (!result.ok) throw new FaultsFound(NO_PLAN, placed(result.faults, { landscape, policy, change }));
  return { digest: digestOf(canonicalJson(result.plan)), ...result.plan };
}

interface Inputs {
  readonly landscape: Read<Landscape>;
  readonly policy: Read<Policy>;
  readonly change: Read<Change>;
}

/** What can be said although one of the files is unusable, so that one run shows every fault. */
function checkWhatIsThere(inputs: Inputs, at: string): Fault[] {
  const { landscape, policy, change } = inputs;
  const found =
    landscape.value && change.value
      ? checkPlanInput({ landscape: landscape.value, change: change.value, at, policy: policy.value })
      : [
          ...(landscape.value ? checkLandscape(landscape.value) : []),
          ...(change.value ? checkChange(change.value, at) : []),
          ...(policy.value ? checkPolicy(policy.value, at) : []),
        ];
  return placed(found, inputs);
}

const LANDSCAPE_LISTS = new Set([
  'servers',
  'components',
  'applications',
  'relations',
  'batchJobs',
  'monitors',
]);
const CHANGE_PARTS = new Set(['id', 'title', 'scope', 'window', 'policy', 'requestedBy', 'approvals']);

/** Gives faults of the domain the file, line and column they come from. */
function placed(faults: readonly Fault[], { landscape, policy, change }: Inputs): Fault[] {
  return faults.flatMap((fault) => {
    const part = fault.path.split('/')[1] ?? '';
    const source = LANDSCAPE_LISTS.has(part) ? landscape : CHANGE_PARTS.has(part) ? change : policy;
    return source.value ? withPositions([fault], source.locate) : [fault];
  });
}
