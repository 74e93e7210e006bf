import { readFileSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { ConfigInvalid, type ConfigFault } from './config-invalid';
import { remedyFor } from './remedies';

/** A configuration class: fields are named like their variables, carry class-validator rules and safe defaults. */
export type ConfigClass<T extends object> = new () => T;
export type Environment = Readonly<Record<string, string | undefined>>;
type Loaded<S extends Record<string, ConfigClass<object>>> = {
  readonly [K in keyof S]: S[K] extends ConfigClass<infer T> ? Readonly<T> : never;
};

/**
 * Reads the variables that `Class` names from `env`; nothing is converted unless the class says so (`@Type(() => Number)`).
 * An empty variable counts as not set; `NAME_FILE` may give a file that holds the value of `NAME`.
 * @throws ConfigInvalid listing every fault at once, without any value.
 */
export function loadConfig<T extends object>(Class: ConfigClass<T>, env: Environment): Readonly<T> {
  return loadConfigs({ config: Class }, env).config;
}

/** Several configuration classes at once, so that the faults of all of them are reported together. */
export function loadConfigs<S extends Record<string, ConfigClass<object>>>(
  classes: S,
  env: Environment,
): Loaded<S> {
  const faults: ConfigFault[] = [];
  const loaded = Object.entries(classes).map(([key, Class]) => [key, load(Class, env, faults)]);
  if (faults.length > 0) throw new ConfigInvalid(withoutRepetitions(faults));
  return Object.freeze(Object.fromEntries(loaded)) as Loaded<S>;
}

function load<T extends object>(Class: ConfigClass<T>, env: Environment, faults: ConfigFault[]): Readonly<T> {
  const given: Record<string, string> = {};
  const unreadable = new Set<string>();
  for (const name of variablesOf(Class)) {
    try {
      const value = valueOf(name, env);
      if (value !== undefined) given[name] = value;
    } catch (error) {
      unreadable.add(name);
      faults.push(fileFault(name, error));
    }
  }
  const config = plainToInstance(Class, given, {
    exposeDefaultValues: true,
    enableImplicitConversion: false,
  });
  for (const error of validateSync(config, { forbidUnknownValues: true })) {
    if (!unreadable.has(error.property)) faults.push(...faultsOf(error, error.property in given));
  }
  return Object.freeze(config);
}

function variablesOf(Class: ConfigClass<object>): Set<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Class, '', false, false);
  return new Set(rules.map(({ propertyName }) => propertyName));
}

function valueOf(name: string, env: Environment): string | undefined {
  const direct = env[name];
  if (direct !== undefined && direct !== '') return direct;
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') return undefined;
  const content = readFileSync(file, 'utf8').trim();
  return content === '' ? undefined : content;
}

function fileFault(name: string, error: unknown): ConfigFault {
  const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
  return {
    variable: `${name}_FILE`,
    message: `names a file that cannot be read (${code})`,
    remedy: `Make the file readable for this service, or set ${name} itself.`,
  };
}

/** Messages come from the rules and never contain the value: it may be a secret. */
function faultsOf(error: ValidationError, isGiven: boolean): ConfigFault[] {
  const variable = error.property;
  if (!isGiven && error.value === undefined) {
    return [{ variable, message: 'is not set', remedy: remedyFor(error, 'isDefined') }];
  }
  return Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    variable,
    message: message.startsWith(`${variable} `) ? message.slice(variable.length + 1) : message,
    remedy: remedyFor(error, rule),
  }));
}

/** Two classes may read the same variable. */
function withoutRepetitions(faults: readonly ConfigFault[]): ConfigFault[] {
  return [...new Map(faults.map((fault) => [`${fault.variable} ${fault.message}`, fault])).values()];
}
