import { BadRequestException, ValidationPipe } from '@nestjs/common';
import type { ProblemFault } from '@patchtide/messaging';
import type { ValidationError } from 'class-validator';

/** Nest's pipe as the house wants it: unknown properties refused, no implicit conversion, every faulty field listed. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    transformOptions: { enableImplicitConversion: false },
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const faults = errors.flatMap((error) => faultsOf(error, ''));
      const message = faults.map(({ path, message: text }) => `${path} ${text}`);
      return new BadRequestException({ message, faults });
    },
  });
}

function faultsOf(error: ValidationError, parent: string): ProblemFault[] {
  const path = `${parent}/${error.property}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => {
    const context = (error.contexts?.[rule] ?? {}) as { remedy?: unknown };
    return { path, message: withoutName(message, error.property), remedy: remedyFor(rule, context.remedy) };
  });
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, path))];
}

function remedyFor(rule: string, own: unknown): string {
  if (typeof own === 'string') return own;
  return rule === 'whitelistValidation' ? 'Remove it or correct its name.' : 'Correct the value.';
}

/** The path says it already. */
function withoutName(message: string, property: string): string {
  const bare = message.replace(new RegExp(`^property ${escaped(property)} `), '');
  return bare.startsWith(`${property} `) ? bare.slice(property.length + 1) : bare;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
