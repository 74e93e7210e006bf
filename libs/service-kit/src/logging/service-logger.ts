import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import type { LogLevel } from '../config/kit-config';
import { currentLogFields } from './log-fields';
import { errorField, redactedPaths } from './redaction';

export type ServiceLogger = PinoLogger;
/** Injection token of the service's logger. */
export const LOGGER = Symbol('logger');

/**
 * The logger of a service: one JSON object per line on standard output with `service`, ISO time and the fields of
 * `withLogFields`. Messages are constants, data goes into fields: `logger.info({ campaign, job }, 'job dispatched')`.
 */
export function serviceLogger(name: string, level: LogLevel = 'info', to?: DestinationStream): ServiceLogger {
  const options = {
    level,
    base: { service: name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: errorField, error: errorField },
    redact: { paths: redactedPaths, censor: '[redacted]' },
    mixin: currentLogFields,
  };
  return to === undefined ? pino(options) : pino(options, to);
}
