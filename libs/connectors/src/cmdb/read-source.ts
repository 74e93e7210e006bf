import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fault } from '@patchtide/contracts';
import { CallFailed } from '../monitoring/call';
import { httpCallOk, shown } from '../monitoring/http-call';

export interface ReadOptions {
  /** Sent as `Authorization: Bearer …` to HTTP sources. */
  bearerToken?: string;
  /** For HTTP sources. Default 30 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Larger sources are refused. Default 256 MiB. */
  maxBytes?: number;
}

export interface RawSource {
  /** As it is shown in faults: the path as given, or the URL without credentials and query. */
  name: string;
  bytes: Buffer;
  sha256: string;
  contentType: string;
}

export type ReadResult =
  | { ok: true; source: RawSource }
  /** `retryable`: the same source may be readable later. */
  | { ok: false; faults: Fault[]; retryable: boolean };

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;

/** Reads a file (a path or `file:` URL) or an http(s) URL into memory, bounded in size and, for HTTP, in time. */
export async function readSource(source: string, options: ReadOptions): Promise<ReadResult> {
  if (/^https?:\/\//i.test(source)) return readUrl(source, options);
  return readPath(source, options);
}

async function readUrl(source: string, options: ReadOptions): Promise<ReadResult> {
  if (!URL.canParse(source)) return refused(source, 'is not a URL', 'Correct the URL.');
  const url = new URL(source);
  const { bearerToken, signal, timeoutMs = 30_000, maxBytes = DEFAULT_MAX_BYTES } = options;
  const headers: Record<string, string> = { accept: 'application/json, application/yaml, text/csv' };
  if (bearerToken !== undefined) headers['authorization'] = `Bearer ${bearerToken}`;
  try {
    const call = { timeoutMs, ...(signal ? { signal } : {}) };
    const { body, contentType } = await httpCallOk({ url, method: 'GET', headers, maxBytes }, call);
    return raw(shown(url), body, contentType);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const remedy = 'Check the URL, the token and that the system answers with JSON, YAML or CSV.';
    return { ...refused(shown(url), error.message, remedy), retryable: error.retryable };
  }
}

async function readPath(path: string, { maxBytes = DEFAULT_MAX_BYTES }: ReadOptions): Promise<ReadResult> {
  try {
    const file = await open(path.startsWith('file://') ? fileURLToPath(path) : path, 'r');
    try {
      const info = await file.stat();
      if (!info.isFile()) return refused(path, 'is not a file', 'Name a .yaml, .json or .csv file.');
      if (info.size > maxBytes) return tooLarge(path, info.size, maxBytes);
      return raw(path, await file.readFile(), '');
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const isAbsent = code === 'ENOENT';
    return refused(
      path,
      isAbsent ? 'does not exist' : `cannot be read (${code})`,
      isAbsent ? 'Check the path.' : 'Check the rights of the file.',
    );
  }
}

/** A refusal because of size, with the numbers. */
export function tooLarge(name: string, size: number, maxBytes: number): ReadResult & { ok: false } {
  const mib = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
  const remedy = 'Export less, for example one site or only the columns that are needed.';
  return refused(name, `is ${mib(size)} large; at most ${mib(maxBytes)} are read`, remedy);
}

function raw(name: string, bytes: Buffer, contentType: string): ReadResult {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ok: true, source: { name, bytes, sha256, contentType } };
}

function refused(name: string, message: string, remedy: string): ReadResult & { ok: false } {
  const fault: Fault = { path: '', message: `${basename(name)} ${message}`, remedy, file: name };
  return { ok: false, faults: [fault], retryable: false };
}
