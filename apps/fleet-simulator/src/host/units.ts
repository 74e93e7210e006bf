export type Mask = 'none' | 'runtime' | 'persistent';

/** One systemd unit of a host. */
export interface Unit {
  readonly name: string;
  active: boolean;
  /** Starts at boot. */
  enabled: boolean;
  mask: Mask;
  failed: boolean;
  /** Made by systemd-run: gone when it stops. */
  readonly transient: boolean;
}

const SUFFIX = /\.(service|timer|socket|target)$/;

/** Unit names without a suffix mean services, as for systemctl. */
export function fullUnitName(name: string): string {
  return SUFFIX.test(name) ? name : `${name}.service`;
}

/** The units of one host; tells whoever listens when one goes up or down. */
export class Units {
  private readonly units = new Map<string, Unit>();

  constructor(private readonly onChange: (unit: string, active: boolean) => void) {}

  add(name: string, options: { active?: boolean; enabled?: boolean; transient?: boolean } = {}): void {
    const { active = true, enabled = true, transient = false } = options;
    const full = fullUnitName(name);
    this.units.set(full, { name: full, active, enabled, mask: 'none', failed: false, transient });
  }

  find(name: string): Unit | undefined {
    return this.units.get(fullUnitName(name));
  }

  all(): Unit[] {
    return [...this.units.values()];
  }

  setActive(unit: Unit, active: boolean): void {
    unit.failed = false;
    if (unit.transient && !active) this.units.delete(unit.name);
    if (unit.active === active) return;
    unit.active = active;
    this.onChange(unit.name, active);
  }

  /** What a boot does: forgets what lives in /run, starts what is enabled and not masked. */
  boot(): void {
    for (const unit of this.all()) {
      if (unit.mask === 'runtime') unit.mask = 'none';
      this.setActive(unit, unit.enabled && unit.mask === 'none' && !unit.transient);
    }
  }
}
