import { pendingUpdates } from '../host/packages';
import type { SimulatedHost } from '../host/simulated-host';

/** Everything about a host that a checker or a curious person may want to see, as data. */
export function describeHost({ state, phase, runner }: SimulatedHost) {
  return {
    id: state.server.id,
    name: state.server.name,
    address: state.server.address,
    phase,
    bootId: state.bootId,
    bootedAt: state.bootedAt,
    rebootRequired: state.rebootRequired,
    dpkgInterrupted: state.dpkgInterrupted,
    pendingUpdates: pendingUpdates(state.packages).map(({ name }) => name),
    packages: Object.fromEntries([...state.packages.values()].map(({ name, version }) => [name, version])),
    units: state.units
      .all()
      .map(({ name, active, enabled, mask, failed }) => ({ name, active, enabled, mask, failed })),
    files: [...state.files.keys()],
    journal: runner.journal(),
  };
}
