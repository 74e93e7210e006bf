import type { Unit } from '../units';
import { fullUnitName } from '../units';
import { type Command, complains, ends, type Machine, operands, optionValue, type Program } from '../program';

type Verb = (units: readonly string[], machine: Machine, args: readonly string[]) => Command;

/** systemctl with the exit codes of systemd 252. */
export const systemctl: Program = (args, machine) => {
  const [name = '', ...units] = operands(args, ['-p', '-t', '-n']);
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  return verb === undefined ? complains(1, `Unknown command verb ${name}.`) : verb(units, machine, args);
};

const VERBS: Readonly<Record<string, Verb>> = {
  start: (units, machine) => start(units, machine),
  restart: (units, machine) => start(units, machine),
  reload: (units, machine) => change(units, machine, () => undefined),
  stop: (units, machine) => change(units, machine, (unit) => machine.state.units.setActive(unit, false)),
  enable: (units, machine) => change(units, machine, (unit) => (unit.enabled = true)),
  disable: (units, machine) => change(units, machine, (unit) => (unit.enabled = false)),
  'reset-failed': (units, machine) => change(units, machine, (unit) => (unit.failed = false)),
  mask: (units, machine, args) =>
    change(units, machine, (unit) => (unit.mask = args.includes('--runtime') ? 'runtime' : 'persistent')),
  unmask: (units, machine) => change(units, machine, (unit) => (unit.mask = 'none')),
  'daemon-reload': () => ends(0),
  'is-active': (units, machine) => ask(units, machine, { hoped: 'active', otherwise: 3, word: activeWord }),
  'is-failed': (units, machine) => ask(units, machine, { hoped: 'failed', otherwise: 1, word: activeWord }),
  'is-enabled': (units, machine) =>
    ask(units, machine, { hoped: 'enabled', otherwise: 1, word: enabledWord }),
  'is-system-running': (_, machine) => systemRunning(machine),
  show,
  reboot: (_, machine) => ({
    finish: () => {
      machine.reboot();
      return { code: 0 };
    },
  }),
};

function change(names: readonly string[], { state }: Machine, apply: (unit: Unit) => void): Command {
  return {
    finish: () => {
      if (names.length === 0) return { code: 1, error: 'Too few arguments.\n' };
      let error = '';
      for (const name of names) {
        const unit = state.units.find(name);
        if (unit === undefined) error += `Unit ${fullUnitName(name)} not found.\n`;
        else apply(unit);
      }
      return error === '' ? { code: 0 } : { code: 5, error };
    },
  };
}

function start(names: readonly string[], machine: Machine): Command {
  const masked = names.find((name) => (machine.state.units.find(name)?.mask ?? 'none') !== 'none');
  if (masked !== undefined)
    return complains(1, `Failed to start ${fullUnitName(masked)}: Unit ${fullUnitName(masked)} is masked.`);
  return change(names, machine, (unit) => machine.state.units.setActive(unit, true));
}

interface Question {
  readonly hoped: string;
  readonly otherwise: number;
  readonly word: (unit: Unit | undefined) => string;
}

/** Prints one word per unit; exits 0 as soon as one answer is the hoped-for one, like systemctl does. */
function ask(names: readonly string[], { state }: Machine, { hoped, otherwise, word }: Question): Command {
  return {
    finish: () => {
      const answers = names.map((name) => word(state.units.find(name)));
      const output = answers.map((answer) => `${answer}\n`).join('');
      return { code: answers.includes(hoped) ? 0 : otherwise, output };
    },
  };
}

function activeWord(unit: Unit | undefined): string {
  if (unit?.failed === true) return 'failed';
  return unit?.active === true ? 'active' : 'inactive';
}

function enabledWord(unit: Unit | undefined): string {
  if (unit === undefined) return 'not-found';
  if (unit.mask === 'persistent') return 'masked';
  if (unit.mask === 'runtime') return 'masked-runtime';
  return unit.enabled ? 'enabled' : 'disabled';
}

/** `starting` right after a boot, then running; degraded while a unit has failed. */
export function systemState(machine: Machine): 'starting' | 'running' | 'degraded' {
  const { state } = machine;
  if (machine.now() < state.settledAt) return 'starting';
  return state.units.all().some(({ failed }) => failed) ? 'degraded' : 'running';
}

function systemRunning(machine: Machine): Command {
  return {
    finish: () => {
      const word = systemState(machine);
      return { code: word === 'running' ? 0 : 1, output: `${word}\n` };
    },
  };
}

function show(names: readonly string[], machine: Machine, args: readonly string[]): Command {
  const wanted = optionValue(args, '-p', '--property')?.split(',');
  const isBare = args.includes('--value');
  return {
    finish: () => {
      const blocks = names.map((name) => {
        const properties = Object.entries(propertiesOf(fullUnitName(name), machine.state.units.find(name)));
        return properties
          .filter(([key]) => wanted === undefined || wanted.includes(key))
          .map(([key, value]) => (isBare ? `${value}\n` : `${key}=${value}\n`))
          .join('');
      });
      return { code: 0, output: blocks.join('\n') };
    },
  };
}

function propertiesOf(name: string, unit: Unit | undefined): Record<string, string> {
  const isActive = unit?.active === true;
  return {
    Id: name,
    LoadState: unit === undefined ? 'not-found' : unit.mask === 'none' ? 'loaded' : 'masked',
    ActiveState: activeWord(unit),
    SubState: isActive ? (name.endsWith('.timer') ? 'waiting' : 'running') : 'dead',
    UnitFileState: unit === undefined ? '' : enabledWord(unit),
    Result: unit?.failed === true ? 'exit-code' : 'success',
  };
}
