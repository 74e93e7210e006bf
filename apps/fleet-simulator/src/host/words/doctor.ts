import type { Program } from '../program';

/** `@doctor …`: simulated hosts are fit for the night, except that a unit may not exist. */
export const doctor: Program = (args, { state }) => ({
  finish: () => {
    const units = args.flatMap((arg) => (arg.startsWith('unit=') ? [arg.slice('unit='.length)] : []));
    const missing = units.filter((unit) => state.units.find(unit) === undefined);
    const findings = missing.map((unit) => `fault unit-missing: there is no unit ${unit}\n`);
    const notes = Object.fromEntries(
      missing.map((unit, n) => [`finding-${n + 1}`, `fault unit-missing there is no unit ${unit}`]),
    );
    if (missing.length > 0)
      notes['failure'] =
        `not fit for the night: ${missing.map((unit) => `there is no unit ${unit}`).join('; ')}`;
    const begin = `doctor begins boot=${state.bootId}\n`;
    const end = `doctor ends faults=${missing.length} warnings=0\n`;
    return {
      code: missing.length === 0 ? 0 : 1,
      output: `${begin}${findings.join('')}${end}`,
      facts: { packages: [], notes },
    };
  },
});
