// `npm run demo`: one approved change patches a fleet of simulated servers, end to end, in a terminal.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { demoChange, demoPolicy } from './demo-inputs';
import { type DemoOptions, readDemoOptions } from './demo-options';
import { type DemoSystem, startDemoSystem } from './demo-system';
import { outcomeOf } from './outcome';
import { publishChange } from './publish-change';
import { isGood, summary } from './summary';

const CLI = join(__dirname, '..', '..', '..', 'cli', 'bin', 'patchtide.js');
const CAMPAIGN = 'CHG0031337';

async function main(): Promise<number> {
  const options = readDemoOptions(process.argv.slice(2));
  const stopping = stopRequest();
  say(`Starting ${options.servers} simulated servers, Postgres, NATS and all services ...`);
  const demo = await Promise.race([startDemoSystem(systemOptions(options)), stopping.then(() => null)]);
  if (!demo) return 130;
  try {
    return await Promise.race([play(demo, options, stopping), stopping.then(() => 130)]);
  } finally {
    say('Stopping ...');
    await demo.stop();
  }
}

function systemOptions({ servers, seed }: DemoOptions) {
  const applications = String(Math.max(1, Math.round(servers * 0.3)));
  return {
    fleet: [
      '--servers',
      String(servers),
      '--applications',
      applications,
      '--seed',
      String(seed),
      '--faults',
      'demo',
    ],
    policy: demoPolicy(),
    report: (line: string) => say(line),
  };
}

async function play(demo: DemoSystem, { keep }: DemoOptions, stopping: Promise<void>): Promise<number> {
  say(`Ready. Publishing change.approved for ${CAMPAIGN} on the bus.\n`);
  const startedMs = Date.now();
  await publishChange(demo.system.natsUrl, demoChange(CAMPAIGN, startedMs));
  await watch(demo);
  const wallMs = Date.now() - startedMs;
  const outcome = await outcomeOf(demo, CAMPAIGN);
  process.stdout.write(`\n${summary(outcome, wallMs)}\n\n${furtherLooks(demo, keep)}\n`);
  if (keep) await stopping;
  return isGood(outcome) ? 0 : 1;
}

/** The live view is the command line's own; its exit code is not needed, because the outcome is judged afterwards. */
function watch({ system }: DemoSystem): Promise<void> {
  const env = {
    ...process.env,
    PATCHTIDE_URL: system.urlOf('console'),
    PATCHTIDE_TOKEN: system.tokens.operator,
  };
  const child = spawn(process.execPath, [CLI, 'campaign', 'watch', CAMPAIGN], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function furtherLooks({ system }: DemoSystem, keep: boolean): string {
  if (!keep) {
    return [
      'To look further, run it again with --keep and use the command line beside it, for example',
      `  npx patchtide campaign show ${CAMPAIGN}    npx patchtide audit replay ${CAMPAIGN}    npx patchtide incident list --all`,
    ].join('\n');
  }
  return [
    `The system stays up until Ctrl-C: API at ${system.urlOf('console')}/v1, logs in ${system.directory.logs}. In another terminal:`,
    `  export PATCHTIDE_URL=${system.urlOf('console')} PATCHTIDE_TOKEN=${system.tokens.operator}`,
    `  npx patchtide campaign show ${CAMPAIGN}`,
    `  npx patchtide incident list --all`,
    `  npx patchtide audit export ${CAMPAIGN} --out evidence.json && npx patchtide audit verify evidence.json`,
  ].join('\n');
}

function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
