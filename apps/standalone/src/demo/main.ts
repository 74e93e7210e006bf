// `npm run demo`: one approved change patches a fleet of simulated servers or booted hosts, end to end, in a terminal.
import { setTimeout as delay } from 'node:timers/promises';
import { startBootedFleet } from './booted-fleet';
import type { DemoFleet } from './demo-fleet';
import { demoChange, demoPolicy } from './demo-inputs';
import { type DemoOptions, readDemoOptions, USAGE, WrongUsage } from './demo-options';
import { type DemoSystem, startBeside, startDemoSystem, type StartOptions } from './demo-system';
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

type Demo = DemoSystem<DemoFleet>;

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
async function start(options: DemoOptions, { signal }: StopRequest): Promise<Demo | null> {
  const progress = new Progress(process.stderr);
  const giveUp = (): void => progress.next('Stopping what has been started');
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await startWith(options, { report: say, progress: progress.next, signal });
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
    progress.done();
  }
}

function startWith(
  { servers, seed, realHosts }: DemoOptions,
  options: StartOptions & Required<Pick<StartOptions, 'progress'>>,
): Promise<Demo> {
  if (realHosts !== null) {
    return startBeside((folder) => startBootedFleet({ hosts: realHosts, folder, ...options }), options);
  }
  const applications = String(Math.max(1, Math.round(servers * 0.3)));
  const sizes = ['--servers', String(servers), '--applications', applications, '--seed', String(seed)];
  return startDemoSystem({ fleet: [...sizes, '--faults', 'demo'], policy: demoPolicy(), ...options });
}

async function play(demo: Demo, { keep }: DemoOptions, { asked, signal }: StopRequest): Promise<number> {
  const { system, fleet } = demo;
  for (const line of await fleet.prepare()) say(line);
  if (signal.aborted) return EXIT.interrupted;
  say(`Ready. Publishing change.approved for ${CAMPAIGN} on the bus.`);
  const startedMs = Date.now();
  const change = { ...demoChange(CAMPAIGN, startedMs), policy: fleet.policy.name };
  await publishChange(system.natsUrl, change);
  const end = await watch(demo, asked);
  if (end === 'stopped') return EXIT.interrupted;
  const outcome = await outcomeOf(demo, CAMPAIGN);
  process.stdout.write(`\n${summary(outcome, Date.now() - startedMs)}\n\n`);
  process.stdout.write(`${furtherLooks(demo, CAMPAIGN, keep)}\n`);
  if (keep) await stayUp(demo, asked);
  return isGood(outcome) ? EXIT.good : EXIT.bad;
}

/** @throws when the system breaks */
async function stayUp(demo: Demo, asked: Promise<void>): Promise<void> {
  // Neither a signal nor a booted host keeps a process alive that waits for it.
  const alive = setInterval(() => undefined, 60_000);
  try {
    await Promise.race([asked, failing(demo)]);
  } finally {
    clearInterval(alive);
  }
}

/** Shows the campaign until it is closed or somebody wants to stop. @throws when the system breaks or takes too long */
async function watch(demo: Demo, asked: Promise<void>): Promise<'closed' | 'stopped'> {
  const view = startLiveView(demo.system, CAMPAIGN);
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

async function failing({ system }: Demo): Promise<never> {
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
