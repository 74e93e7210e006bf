import { type Machine, type Program } from '../program';
import type { Unit } from '../units';
import { failure } from './patch';

/** What words of application kinds want to see; every other word of theirs acts or tests, and goes well here. */
const WANTS_UP = /-(open|ok|up|running|probe|ready)$/;
const WANTS_DOWN = /-(closed|stopped)$/;

/**
 * Any word of an application kind: `@postgresql-up`, `@tcp-closed`, `@http-ok` and so on. Simulated applications have no
 * inner life, so it is the unit that decides: the one that an argument names, or that listens on a port an argument names.
 */
export function kindWord(word: string): Program {
  return (args, machine) => ({
    finish: () => {
      const unit = args.map((arg) => unitOf(arg, machine)).find((found) => found !== undefined);
      if (unit === undefined) return { code: 0 };
      if (WANTS_UP.test(word) && !unit.active) return failure(`${unit.name} is not active`);
      if (WANTS_DOWN.test(word) && unit.active) return failure(`${unit.name} is active`);
      return { code: 0 };
    },
  });
}

const KINDS = /^@(tcp|http|nginx|apache|haproxy|postgresql|mysql|wildfly|oracle)-[a-z-]+$/;

export function isKindWord(word: string): boolean {
  return KINDS.test(word);
}

function unitOf(argument: string, { state }: Machine): Unit | undefined {
  const port = /^(\d{1,5})$/.exec(argument) ?? /^https?:\/\/[^/]*:(\d{1,5})/.exec(argument);
  const name = port === null ? argument : state.ports.get(Number(port[1]));
  return name === undefined ? undefined : state.units.find(name);
}
