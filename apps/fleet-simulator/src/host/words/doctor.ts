import type { Program } from '../program';
import type { HostState } from '../host-state';

interface Finding {
  readonly code: 'unit-missing' | 'unit-masked' | 'half-configured';
  readonly sentence: string;
}

/** `@doctor …`: simulated hosts are fit for the night, except for their units and an interrupted run of dpkg. */
export const doctor: Program = (args, { state }) => ({
  finish: () => {
    const units = args.flatMap((arg) => (arg.startsWith('unit=') ? [arg.slice('unit='.length)] : []));
    const found = [...broken(state), ...units.flatMap((unit) => wrongWith(unit, state))];
    const lines = found.map(({ code, sentence }) => `fault ${code}: ${sentence}\n`);
    const notes = Object.fromEntries(
      found.map(({ code, sentence }, n) => [`finding-${n + 1}`, `fault ${code} ${sentence}`]),
    );
    if (found.length > 0)
      notes['failure'] = `not fit for the night: ${found.map(({ sentence }) => sentence).join('; ')}`;
    const begin = `doctor begins boot=${state.bootId}\n`;
    const end = `doctor ends faults=${found.length} warnings=0\n`;
    return {
      code: found.length === 0 ? 0 : 1,
      output: `${begin}${lines.join('')}${end}`,
      facts: { packages: [], notes },
    };
  },
});

function broken({ dpkgInterrupted }: HostState): Finding[] {
  if (!dpkgInterrupted) return [];
  return [{ code: 'half-configured', sentence: 'packages are not whole: a run of dpkg was interrupted' }];
}

function wrongWith(name: string, { units }: HostState): Finding[] {
  const unit = units.find(name);
  if (unit === undefined) return [{ code: 'unit-missing', sentence: `there is no unit ${name}` }];
  if (unit.mask === 'none') return [];
  return [{ code: 'unit-masked', sentence: `unit ${name} is masked and cannot be started` }];
}
