import type { Fault } from '@patchtide/contracts';
import { loadDocument } from '@patchtide/connectors/cmdb';
import { Failed } from './failures';
import type { Evidence, EvidenceEvent } from './verify-evidence';

const EXPORT_AGAIN = 'Export it again with "patchtide audit export".';

/**
 * Reads an evidence pack. A key that stands twice is refused: whoever reads the text would see another value than the
 * one that is verified. @throws Failed when the file is not what an export writes
 */
export async function readEvidence(file: string): Promise<Evidence> {
  const loaded = await loadDocument(file, { format: 'json' });
  if (!loaded.ok) throw new Failed(`${file} is not an evidence pack`, loaded.faults, EXPORT_AGAIN);
  const misshapen = shapeFault(loaded.value);
  if (misshapen === null) return loaded.value as Evidence;
  const fault: Fault = { ...misshapen, ...loaded.locate(misshapen.path), file };
  throw new Failed(`${file} is not an evidence pack`, [fault], EXPORT_AGAIN);
}

/** The first thing that cannot be verified at all, because it is not of the kind it must be. */
function shapeFault(pack: unknown): Fault | null {
  if (!isRecord(pack)) return fault('', 'is not an object');
  const { campaign, streams, documents } = pack;
  if (typeof campaign !== 'string') return fault('/campaign', 'is not a text');
  if (!isRecord(documents)) return fault('/documents', 'is not an object');
  const text = Object.entries(documents).find(([, value]) => typeof value !== 'string');
  if (text) return fault(`/documents/${text[0]}`, 'is not a text');
  if (!isRecord(streams)) return fault('/streams', 'is not an object');
  for (const [name, events] of Object.entries(streams)) {
    if (!Array.isArray(events)) return fault(`/streams/${name}`, 'is not a list');
    const at = events.findIndex((event) => !isEvent(event));
    if (at >= 0) return fault(`/streams/${name}/${at}`, 'is not an event');
  }
  return null;
}

function isEvent(value: unknown): value is EvidenceEvent {
  if (!isRecord(value)) return false;
  const { id, version, type, schemaVersion, data, meta, hash } = value;
  const texts = [id, type, hash].every((text) => typeof text === 'string');
  const numbers = [version, schemaVersion].every((number) => typeof number === 'number');
  return texts && numbers && isRecord(data) && isRecord(meta);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(path: string, message: string): Fault {
  return { path, message, remedy: EXPORT_AGAIN };
}
