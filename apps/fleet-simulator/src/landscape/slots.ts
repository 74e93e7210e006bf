export type Tier = 'web' | 'app' | 'db';

/** The place of one tier of one application on one server. */
export interface Slot {
  readonly application: number;
  readonly tier: Tier;
  /** 1, 2, … within application and tier. */
  readonly number: number;
  readonly server: number;
  /** Its databases are members of a cluster. */
  readonly isClustered: boolean;
}

export interface Size {
  readonly servers: number;
  readonly applications: number;
}

type Place = Omit<Slot, 'server' | 'isClustered'>;

/**
 * Three tiers for every application, a second database server for every third one, and the servers that are left
 * as more web and application servers. With too few servers for that, tiers share servers.
 */
export function layOut({ servers, applications }: Size): Slot[] {
  const places: Place[] = [];
  const isClustered = (application: number) => application % 3 === 0 && servers > 1;
  for (let application = 0; application < applications; application++) {
    for (const tier of ['web', 'app', 'db'] as const) places.push({ application, tier, number: 1 });
    if (isClustered(application)) places.push({ application, tier: 'db', number: 2 });
  }
  for (let extra = 0; places.length < servers; extra++) {
    const round = Math.floor(extra / (2 * applications));
    const tier = extra % 2 === 0 ? 'web' : 'app';
    places.push({ application: Math.floor(extra / 2) % applications, tier, number: round + 2 });
  }
  return places.map((place, at) => ({
    ...place,
    server: at % servers,
    isClustered: place.tier === 'db' && isClustered(place.application),
  }));
}
