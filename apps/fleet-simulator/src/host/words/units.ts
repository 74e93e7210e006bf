import { type Command, type Machine, type Program } from '../program';
import { systemState } from '../programs/systemctl';
import type { Unit } from '../units';
import { failure } from './patch';

/** Words about one unit; all of them know a unit that is stopped from one that does not exist. */
export const UNIT_WORDS: Readonly<Record<string, Program>> = {
  '@unit-active': ([unit = ''], machine) => isUnit(unit, machine, (found) => found.active),
  '@unit-inactive': ([unit = ''], machine) => isUnit(unit, machine, (found) => !found.active),
  '@unit-steady': ([unit = ''], machine) => isUnit(unit, machine, (found) => found.active),
  '@unit-stopped': ([unit = ''], machine) => isUnit(unit, machine, (found) => !found.active),
  '@unit-drain': ([unit = ''], machine) => isUnit(unit, machine, () => true),
  '@unit-stop': ([unit = ''], machine) => setUnit(unit, machine, false),
  '@unit-start': ([unit = ''], machine) => setUnit(unit, machine, true),
};

export const systemRunning: Program = (_, machine) => ({
  finish: () => {
    const word = systemState(machine);
    return { code: word === 'starting' ? 1 : 0, output: `${word}\n` };
  },
});

function isUnit(name: string, { state }: Machine, fits: (unit: Unit) => boolean): Command {
  return {
    finish: () => {
      const unit = state.units.find(name);
      if (unit === undefined) return { code: 4, output: `unit ${name} not found\n` };
      return { code: fits(unit) ? 0 : 1 };
    },
  };
}

function setUnit(name: string, { state }: Machine, isActive: boolean): Command {
  return {
    finish: () => {
      const unit = state.units.find(name);
      if (unit === undefined) return { code: 4, output: `unit ${name} not found\n` };
      if (unit.mask !== 'none') return failure(`unit ${name} is masked and could not be started.`);
      state.units.setActive(unit, isActive);
      return { code: 0 };
    },
  };
}
