/** What goes wrong. `kind` says how; the command says where. */
export const FAULT_KINDS = [
  'fail',
  'hang',
  'slow',
  'cut',
  'lose-exit',
  'crash',
  'same-boot-id',
  'never-return',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/**
 * A fault that hits the next `times` matching commands.
 *
 * - `fail`: nothing happens on the host, exit `code` (1; 100 for apt-get) and a believable `output`
 * - `hang`: the command never ends by itself
 * - `slow`: takes `extraMs` longer; with command `reboot` the host stays away longer
 * - `cut`: the host's connections break as the command begins; the command itself goes on
 * - `lose-exit`: the runner is killed half-way through, its exit code is lost
 * - `crash`: the host reboots by itself half-way through
 * - `same-boot-id`, `never-return`: only with command `reboot`
 *
 * The command is a program (`apt-get`), a program and its verb (`systemctl stop`), a word of the host program (`@patch`;
 * it is also struck by what is set for the programs that it runs),
 * `reboot` for the time the host is away, or `connect` for a new connection (`fail` closes it, `hang` never answers).
 */
export interface SimulatedFault {
  /** Server id or name; any server when absent. */
  readonly host?: string;
  /** Only commands that name this unit. */
  readonly unit?: string;
  readonly command: string;
  readonly kind: FaultKind;
  /** How often it strikes; once when absent. */
  readonly times?: number;
  readonly code?: number;
  /** Real milliseconds, not scaled by the speed. */
  readonly extraMs?: number;
  readonly output?: string;
}

/** A moment at which a fault may strike. */
export interface FaultPoint {
  readonly server: { readonly id: string; readonly name: string };
  readonly command: string;
  /** What else the command is known as: the programs that a word of the host program runs. */
  readonly alsoKnownAs?: readonly string[];
  readonly argv: readonly string[];
}

/** The faults still to come; each strike is counted. */
export class FaultBook {
  private readonly entries: { readonly fault: SimulatedFault; left: number }[] = [];

  constructor(faults: readonly SimulatedFault[] = []) {
    faults.forEach((fault) => this.add(fault));
  }

  add(fault: SimulatedFault): void {
    this.entries.push({ fault, left: fault.times ?? 1 });
  }

  /** The first fault that strikes here, and one strike of it used up. */
  take(point: FaultPoint, kinds: readonly FaultKind[] = FAULT_KINDS): SimulatedFault | undefined {
    const entry = this.entries.find(
      ({ fault, left }) => left > 0 && kinds.includes(fault.kind) && strikes(fault, point),
    );
    if (entry === undefined) return undefined;
    entry.left--;
    return entry.fault;
  }

  /** Every fault with the strikes it has left. */
  list(): readonly { readonly fault: SimulatedFault; readonly left: number }[] {
    return this.entries;
  }
}

function strikes(fault: SimulatedFault, { server, command, alsoKnownAs = [], argv }: FaultPoint): boolean {
  if (fault.host !== undefined && fault.host !== server.id && fault.host !== server.name) return false;
  const unit = fault.unit;
  if (unit !== undefined && !argv.some((word) => word === unit || word === `${unit}.service`)) return false;
  return [command, ...alsoKnownAs].some(
    (name) => name === fault.command || name.split(' ')[0] === fault.command,
  );
}

/** Reads faults from data; throws one error that names every entry that is wrong. */
export function parseFaults(data: unknown): SimulatedFault[] {
  if (!Array.isArray(data)) throw new TypeError('faults: expected a list');
  const complaints = data.flatMap((entry: unknown, at) =>
    complaintsAbout(entry).map((text) => `faults[${at}]: ${text}`),
  );
  if (complaints.length > 0) throw new TypeError(complaints.join('\n'));
  return data as SimulatedFault[];
}

const SHAPE: Readonly<Record<keyof SimulatedFault, 'string' | 'number'>> = {
  host: 'string',
  unit: 'string',
  command: 'string',
  kind: 'string',
  times: 'number',
  code: 'number',
  extraMs: 'number',
  output: 'string',
};

function complaintsAbout(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null) return ['expected an object'];
  const complaints = Object.entries(entry).flatMap(([name, value]) => {
    if (!Object.hasOwn(SHAPE, name)) return [`unknown property ${name}`];
    const wanted = SHAPE[name as keyof SimulatedFault];
    return typeof value === wanted ? [] : [`${name} must be a ${wanted}`];
  });
  const { command, kind } = entry as Partial<SimulatedFault>;
  if (command === undefined) complaints.push('command is missing');
  if (!FAULT_KINDS.some((known) => known === kind))
    complaints.push(`kind must be one of ${FAULT_KINDS.join(', ')}`);
  return complaints;
}
