import type { PackageChange } from '@patchtide/contracts';
import type { RealHost } from '@patchtide/real-fleet';
import type { EventView } from './campaigns';

/** An attempt as the journal on its host has it. */
export interface HostAttempt {
  /** `<job>/<number>` */
  readonly attempt: string;
  /** Boot in which it was started; empty when it never was. */
  readonly boot: string;
  /** Null without a recorded end. */
  readonly exitCode: number | null;
}

const LIST_ATTEMPTS = `
cd "/var/lib/patchtide/journal/$1" || exit
for each in */*/; do
  echo "$each|$(cut -d ' ' -f 1 "$each/started" 2>/dev/null)|$(cat "$each/exit" 2>/dev/null)"
done
`;

/** Every attempt of a campaign that a host knows. */
export async function attemptsOn(host: RealHost, campaign: string): Promise<HostAttempt[]> {
  const text = await host.execOrThrow(['sh', '-c', LIST_ATTEMPTS, 'list', campaign]);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [folder = '', boot = '', code = ''] = line.split('|').map((part) => part.trim());
      return { attempt: folder.slice(0, -1), boot, exitCode: code === '' ? null : Number(code) };
    });
}

/**
 * Everything in which the events about a server differ from what its journals say: attempts that only one side knows, and
 * ends that are another. Empty: the story is true.
 */
export function differences(events: readonly EventView[], known: readonly HostAttempt[]): string[] {
  const onHost = new Map(known.map((each) => [each.attempt, each]));
  const told = new Set(events.filter(({ type }) => type === 'JobDispatched').map(nameOf));
  return [
    ...known
      .filter(({ boot, attempt }) => boot !== '' && !told.has(attempt))
      .map(({ attempt }) => `${attempt} was started, and no event orders it`),
    ...events.flatMap((event) => {
      const name = nameOf(event);
      const attempt = onHost.get(name) ?? { attempt: name, boot: '', exitCode: null };
      const difference = differenceOf(event, attempt);
      return difference === null ? [] : [`${name} ${event.type}: ${difference}`];
    }),
  ];
}

const nameOf = ({ data }: EventView): string => `${String(data['job'])}/${String(data['attempt'])}`;

function differenceOf({ type, data }: EventView, onHost: HostAttempt): string | null {
  if (type === 'JobSucceeded') return successDiffers(data, onHost);
  // What became of an unknown one, the event does not say.
  return type === 'JobFailed' && data['outcome'] !== 'unknown' ? failureDiffers(data, onHost) : null;
}

function successDiffers({ bootId }: EventView['data'], { boot, exitCode }: HostAttempt): string | null {
  const hasRebooted = boot !== '' && boot !== bootId && exitCode === null;
  return exitCode === 0 || hasRebooted ? null : `the host knows exit code ${exitCode} in boot ${boot}`;
}

function failureDiffers(
  { summary, exitCode: told = null }: EventView['data'],
  { boot, exitCode }: HostAttempt,
): string | null {
  if (String(summary).startsWith('Nothing was started'))
    return boot === '' ? null : `the host has started it in boot ${boot}`;
  return exitCode === told ? null : `the host knows exit code ${exitCode}, not ${String(told)}`;
}

/** Packages that a host's dpkg has brought to another version, whole, since it was first booted, from its own log. */
export async function changesOn(host: RealHost): Promise<PackageChange[]> {
  const log = (await host.readFile('/var/log/dpkg.log')) ?? '';
  const whole = [...log.matchAll(/ status installed ([^: ]+):\S+ (\S+)$/gm)].map(([, ...about]) =>
    about.join(' '),
  );
  return [...log.matchAll(/ upgrade ([^: ]+):\S+ (\S+) (\S+)$/gm)]
    .map(([, name = '', from = '', to = '']): PackageChange => ({ name, from, to }))
    .filter(({ name, to }) => whole.includes(`${name} ${to}`));
}

/** Packages that the events say have changed. */
export function changesTold(events: readonly EventView[]): PackageChange[] {
  return events
    .filter(({ type }) => type === 'JobSucceeded' || type === 'JobFailed')
    .flatMap(({ data }) => (data['packages'] ?? []) as PackageChange[]);
}
