import type { HostObserver, SimulatedHost } from '../host/simulated-host';
import type { AlertWatch } from './alert-watch';

/** Turns the life of hosts into alert conditions: `HostDown` per host, `UnitDown` per unit of a component. */
export function alertsOf(alerts: AlertWatch): Omit<HostObserver, 'connectionsCut'> {
  const hostDown = ({ state }: SimulatedHost) => ({
    alertname: 'HostDown',
    instance: state.server.name,
    severity: 'critical',
  });
  const unitDown = ({ state }: SimulatedHost, unit: string) => ({
    alertname: 'UnitDown',
    instance: state.server.name,
    unit,
    severity: 'critical',
  });
  return {
    hostDown: (host) => alerts.raise(hostDown(host)),
    hostUp: (host) => alerts.resolve(hostDown(host)),
    unitChanged: (host, unit, active) => {
      if (!host.state.watched.has(unit)) return;
      if (active) alerts.resolve(unitDown(host, unit));
      else alerts.raise(unitDown(host, unit));
    },
  };
}
