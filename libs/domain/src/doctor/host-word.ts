/** What a night needs of one host. */
export interface HostNeeds {
  /** `apt`, `dnf` or `zypper`; `none` where no packages are changed, `auto` where no policy says. */
  readonly method: HostMethod;
  readonly units: readonly string[];
  /** Programs that steps run by name or path. */
  readonly programs: readonly string[];
  /** How long an update waits while somebody else works with the package manager; null where nobody says. */
  readonly lockSeconds: number | null;
}

const HOST_METHODS = ['apt', 'dnf', 'zypper', 'none', 'auto'] as const;
export type HostMethod = (typeof HOST_METHODS)[number];

export function isHostMethod(text: string): text is HostMethod {
  return (HOST_METHODS as readonly string[]).includes(text);
}

/**
 * [directory, MiB needed, MiB wanted]. A new kernel with its modules takes about 400 MiB of /usr beside the running one and
 * 100 MiB of /boot with its initial file system; the packages of a usual month are up to 200 MiB to download to /var. Wanted is
 * what also takes an unusual month. What an update really takes is worked out before it begins; this is about days ahead.
 */
const DISKS: readonly (readonly [string, number, number])[] = [
  ['/usr', 400, 800],
  ['/var', 200, 600],
  ['/', 50, 200],
  ['/boot', 100, 200],
];

/** The words that ask a host: the host program's `@doctor`. */
export function doctorWords({ method, units, programs, lockSeconds }: HostNeeds): string[] {
  return [
    '@doctor',
    method,
    ...DISKS.map(([directory, needed, wanted]) => `disk=${directory}:${needed}:${wanted}`),
    ...(lockSeconds === null ? [] : [`lock-seconds=${lockSeconds}`]),
    ...units.map((unit) => `unit=${unit}`),
    ...programs.map((program) => `program=${program}`),
  ];
}
