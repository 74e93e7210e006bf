import { between, seededRandom, seedFor } from './random';

/** How long commands take at speed 1, in milliseconds: `[shortest, longest]`. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  'apt-get update': [200, 800],
  'apt-get upgrade': [600, 2400],
  'apt-get dist-upgrade': [600, 2400],
  'apt-get full-upgrade': [600, 2400],
  'apt-get install': [300, 1200],
  'dpkg --configure': [200, 600],
  'systemctl stop': [50, 300],
  'systemctl start': [80, 500],
  'systemctl restart': [130, 800],
  '@patch apt': [800, 3200],
  '@patch dnf': [800, 3200],
  '@patch zypper': [800, 3200],
  '@unit-stop': [50, 300],
  '@unit-start': [80, 500],
  '@unit-drain': [10, 60],
  pg_isready: [10, 30],
  'nginx -t': [10, 40],
  shutdown: [100, 400],
  boot: [1500, 3000],
  settle: [100, 500],
};
const QUICK = [1, 5] as const;

/** Pace of a fleet: everything is drawn from the seed and divided by the speed; `instant` makes it zero. */
export interface Pace {
  readonly seed: number;
  readonly speed: number;
  readonly instant: boolean;
}

export interface Durations {
  /** The next duration of a command or a host phase (`shutdown`, `boot`, `settle`), in milliseconds. */
  draw(name: string): number;
  /** The pause between two tries of an `until` step, in milliseconds. */
  readonly retryMs: number;
}

/** The durations of one host: the same seed gives the same host the same durations, whatever the others do. */
export function durationsFor(server: string, pace: Pace): Durations {
  const random = seededRandom(seedFor(pace.seed, server));
  return {
    draw: (name) => {
      const [shortest, longest] = (Object.hasOwn(RANGES, name) ? RANGES[name] : undefined) ?? QUICK;
      const drawn = between(random, shortest, longest);
      return pace.instant ? 0 : drawn / pace.speed;
    },
    retryMs: pace.instant ? 5 : Math.max(5, 1000 / pace.speed),
  };
}
