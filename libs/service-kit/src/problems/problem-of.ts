import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { type Problem, rejectionProblem } from '@patchtide/messaging';
import { ProblemError } from './problem-error';

/** A problem, and whether its cause is ours to repair: then it is logged and nothing of it is shown. */
export interface Answer {
  readonly problem: Problem;
  readonly isBug: boolean;
}

/** The answer to whatever a handler threw. */
export function answerTo(error: unknown): Answer {
  const known = rejectionProblem(error) ?? ownProblem(error) ?? nestProblem(error) ?? foreignProblem(error);
  if (known !== undefined) return { problem: known, isBug: false };
  const detail = 'The service has logged the cause under the correlation id.';
  const nextStep = 'Give the correlation id to whoever runs Patchtide.';
  return { problem: { ...plain(500, 'internal', detail), nextStep }, isBug: true };
}

function ownProblem(error: unknown): Problem | undefined {
  return error instanceof ProblemError ? error.problem : undefined;
}

function nestProblem(error: unknown): Problem | undefined {
  if (!(error instanceof HttpException)) return undefined;
  const body = error.getResponse();
  const { faults, message } = typeof body === 'object' ? (body as Record<string, unknown>) : {};
  const problem = plain(error.getStatus(), undefined, detailOf(message, error.message));
  return Array.isArray(faults) ? { ...problem, faults: faults as NonNullable<Problem['faults']> } : problem;
}

function detailOf(message: unknown, fallback: string): string {
  if (Array.isArray(message)) return message.map(String).join('; ');
  return typeof message === 'string' ? message : fallback;
}

// Errors of the libraries below that say "not now" or "somebody was faster", known by their names.
const UNAVAILABLE = new Set(['NoResponders', 'ConnectionLost', 'PublishTimeout', 'ServiceUnavailable']);

function foreignProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  if (UNAVAILABLE.has(error.name)) {
    return { ...plain(503, 'unavailable', error.message), nextStep: 'Try again in a moment.' };
  }
  if (error.name === 'RequestTimeout') {
    return {
      ...plain(504, 'no-answer', error.message),
      nextStep: 'Look at the present state before you try again.',
    };
  }
  if (error.name === 'VersionConflict') {
    const detail = 'Somebody else changed this at the same moment.';
    return { ...plain(409, 'changed-meanwhile', detail), nextStep: 'Read the present state and try again.' };
  }
  return bodyParserProblem(error);
}

/** Body parsers throw errors that say themselves that they are the sender's (`expose`). */
function bodyParserProblem(error: Error & { expose?: unknown; statusCode?: unknown }): Problem | undefined {
  const { expose, statusCode } = error;
  if (expose !== true || typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499)
    return undefined;
  return plain(statusCode, undefined, error.message);
}

function plain(status: number, code: string | undefined, detail: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return code === undefined
    ? { type: 'about:blank', title, status, detail }
    : { type: `urn:patchtide:problem:${code}`, title, status, detail, code };
}
