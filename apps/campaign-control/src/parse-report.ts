import { AttemptAlive, AttemptFinished, AttemptStarted, parseAs, type Report } from '@patchtide/contracts';
import { Poison } from '@patchtide/messaging';

const SHAPES = { started: AttemptStarted, alive: AttemptAlive, finished: AttemptFinished } as const;

/** What a report says becomes one event, and the store refuses events of more than 512 KiB. */
const MAX_BYTES = 500_000;

/** An executor's message about an attempt of this campaign. @throws Poison when it is anything else */
export function parseReport(campaign: string, data: unknown): Report {
  const kind = typeof data === 'object' && data !== null ? (data as { kind?: unknown }).kind : undefined;
  const shape =
    typeof kind === 'string' && Object.hasOwn(SHAPES, kind) ? SHAPES[kind as keyof typeof SHAPES] : undefined;
  if (!shape) throw new Poison('the report has no known kind; expected started, alive or finished');
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > MAX_BYTES) throw new Poison(`the report has ${bytes} bytes, more than ${MAX_BYTES}`);
  const parsed = parseAs<Report>(shape, data);
  if (!parsed.ok) throw new Poison(parsed.faults.map((fault) => `${fault.path} ${fault.message}`).join('; '));
  if (parsed.value.campaign !== campaign) {
    throw new Poison(
      `a report of campaign ${parsed.value.campaign} came on the subject of campaign ${campaign}`,
    );
  }
  return parsed.value;
}
