import {
  CONDITION_MET,
  CONDITION_WITHDRAWN,
  type Fault,
  parseAs,
  parseCloudEvent,
  type Parsed,
  PublishedCondition,
} from '@patchtide/contracts';

const TYPES = [CONDITION_MET, CONDITION_WITHDRAWN];
const MAX_NAME = 200;

/** What another service has said about a condition of the business, with the event that said it. */
export interface ConditionWord extends Omit<PublishedCondition, 'by'> {
  readonly met: boolean;
  readonly by: string;
  readonly source: string;
  readonly eventId: string;
}

/** The word in an inbound CloudEvent, or everything that is wrong with the envelope and the condition. */
export function conditionFromCloudEvent(message: unknown): Parsed<ConditionWord> {
  const envelope = parseCloudEvent(message);
  if (!envelope.ok) return envelope;
  const { type, data, source, id: eventId } = envelope.event;
  if (!TYPES.includes(type)) {
    const remedy = `Send type "${CONDITION_MET}" or "${CONDITION_WITHDRAWN}".`;
    return { ok: false, faults: [{ path: '/type', message: `is "${type}"`, remedy }] };
  }
  const condition = parseAs(PublishedCondition, data);
  if (!condition.ok) return { ok: false, faults: condition.faults.map(inData) };
  const met = type === CONDITION_MET;
  const { name, campaign, until, by = source.slice(0, MAX_NAME) } = condition.value;
  if (!met && until !== undefined) {
    const remedy = 'Leave it out: what is withdrawn stays so until it is published again.';
    return { ok: false, faults: [{ path: '/data/until', message: 'is not for a withdrawal', remedy }] };
  }
  const where = {
    ...(campaign === undefined ? {} : { campaign }),
    ...(until === undefined ? {} : { until }),
  };
  return { ok: true, value: { name, met, ...where, by, source, eventId } };
}

function inData(fault: Fault): Fault {
  return { ...fault, path: `/data${fault.path}` };
}
