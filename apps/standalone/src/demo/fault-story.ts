/** A fault of the fleet and how often it is still to come, as its control server tells it. */
export interface FaultCount {
  readonly fault: {
    readonly host?: string;
    readonly unit?: string;
    readonly command: string;
    readonly kind: string;
  };
  readonly left: number;
}

/** A host (without a unit) that went away or came back. */
export interface Transition {
  readonly server: string;
  readonly unit?: string;
  readonly up: boolean;
  readonly at: number;
}

/** What became of the faults that were planned for the fleet, in words; times are the hosts' own. */
export function faultStory(faults: readonly FaultCount[], transitions: readonly Transition[]): string[] {
  return faults.map(({ fault, left }) => {
    const where = [fault.unit, fault.host].filter((part) => part !== undefined).join(' on ');
    const what = `${where}: ${fault.command}`;
    if (left > 0) return `${what} was to ${fault.kind}, but was never asked for`;
    if (fault.command === 'reboot') return slowReturn(fault.host ?? '', transitions);
    return `${what} failed at the first try`;
  });
}

function slowReturn(host: string, transitions: readonly Transition[]): string {
  const away = absencesMs(transitions);
  const others = [...away].filter(([server]) => server !== host).map(([, ms]) => ms);
  const usual = others.sort((a, b) => a - b)[Math.floor(others.length / 2)];
  const compared = usual === undefined ? '' : `, the others for about ${seconds(usual)}`;
  return `${host}: was away for ${seconds(away.get(host) ?? 0)} in its reboot${compared}`;
}

function absencesMs(transitions: readonly Transition[]): Map<string, number> {
  const wentAt = new Map<string, number>();
  const away = new Map<string, number>();
  for (const { server, unit, up, at } of transitions) {
    if (unit !== undefined) continue;
    if (up) away.set(server, at - (wentAt.get(server) ?? at));
    else wentAt.set(server, at);
  }
  return away;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
