// `npm run demo`: one approved change patches a fleet of simulated servers, end to end, in a terminal.
import { setTimeout as delay } from 'node:timers/promises';
import { demoChange, demoPolicy } from './demo-inputs';
import { type DemoOptions, readDemoOptions, USAGE, WrongUsage } from './demo-options';
import { type DemoSystem, startDemoSystem } from './demo-system';
import { furtherLooks } from './further-looks';
import { startLiveView } from './live-view';
import { outcomeOf } from './outcome';
import { Progress } from './progress';
import { publishChange } from './publish-change';
import { type StopRequest, stopRequest } from './stop-request';
import { isGood, summary } from './summary';

const CAMPAIGN = 'CHG0031337';
const LONGEST_MS = 30 * 60_000;
const EXIT = { good: 0, bad: 1, usage: 2, interrupted: 130 } as const;

async function main(): Promise<number> {
  const options = readDemoOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return EXIT.good;
  }
  // Guards stop and remove whatever is left behind.
  const stopping = stopRequest(() => process.exit(EXIT.interrupted));
  const demo = await start(options, stopping);
  if (!demo) return EXIT.interrupted;
  try {
    return await play(demo, options, stopping);
  } finally {
    say('Stopping ...');
    await demo.stop();
  }
}

/** The running system, or null when somebody wanted to stop before it ran. */
async function start({ servers, seed }: DemoOptions, { signal }: StopRequest): Promise<DemoSystem | null> {
  const progress = new Progress(process.stderr);
  const giveUp = (): void => progress.next('Stopping what has been started');
  signal.addEventListener('abort', giveUp, { once: true });
  const applications = String(Math.max(1, Math.round(servers * 0.3)));
  const sizes = ['--servers', String(servers), '--applications', applications, '--seed', String(seed)];
  try {
    return await startDemoSystem({
      fleet: [...sizes, '--faults', 'demo'],
      policy: demoPolicy(),
      report: say,
      progress: progress.next,
      signal,
    });
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
    progress.done();
  }
}

async function play(demo: DemoSystem, { keep }: DemoOptions, { asked }: StopRequest): Promise<number> {
  say(`Ready. Publishing change.approved for ${CAMPAIGN} on the bus.`);
  const startedMs = Date.now();
  await publishChange(demo.system.natsUrl, demoChange(CAMPAIGN, startedMs));
  const end = await watch(demo, asked);
  if (end === 'stopped') return EXIT.interrupted;
  const outcome = await outcomeOf(demo, CAMPAIGN);
  process.stdout.write(`\n${summary(outcome, Date.now() - startedMs)}\n\n`);
  process.stdout.write(`${furtherLooks(demo, CAMPAIGN, keep)}\n`);
  if (keep) await Promise.race([asked, failing(demo)]);
  return isGood(outcome) ? EXIT.good : EXIT.bad;
}

/** Shows the campaign until it is closed or somebody wants to stop. @throws when the system breaks or takes too long */
async function watch(demo: DemoSystem, asked: Promise<void>): Promise<'closed' | 'stopped'> {
  const view = startLiveView(demo, CAMPAIGN);
  const over = new AbortController();
  try {
    return await Promise.race([
      view.ended.then((words) => {
        if (words !== '') say(words);
        return 'closed' as const;
      }),
      asked.then(() => 'stopped' as const),
      failing(demo),
      tooLong(over.signal),
    ]);
  } finally {
    over.abort();
    await view.stop();
  }
}

async function failing({ system }: DemoSystem): Promise<never> {
  throw await system.gaveUp;
}

async function tooLong(signal: AbortSignal): Promise<never> {
  await delay(LONGEST_MS, undefined, { signal });
  throw new Error(`${CAMPAIGN} is not closed after ${LONGEST_MS / 60_000} minutes`);
}

function say(text: string): void {
  process.stderr.write(`${text.trimEnd()}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(`demo: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof WrongUsage) say(USAGE);
    process.exit(error instanceof WrongUsage ? EXIT.usage : EXIT.bad);
  },
);
