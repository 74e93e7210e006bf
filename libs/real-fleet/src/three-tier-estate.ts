/** What a host of the three-tier estate does. */
export type Role = 'lb' | 'web' | 'app' | 'primary' | 'replica' | 'spare';

/** A host of the estate; a spare one belongs to no application. */
export interface TierHost {
  name: string;
  role: Role;
  application: string;
}

/** An application of the estate with the names of its hosts, for tests to pick from. */
export interface TierApplication {
  id: string;
  name: string;
  criticality: 'low' | 'medium' | 'high';
  hosts: readonly TierHost[];
}

const REPLICATED: readonly Role[] = ['lb', 'web', 'web', 'app', 'primary', 'replica'];
const PLAIN: readonly Role[] = ['web', 'app', 'primary'];
const NAMES = ['crm', 'desk', 'wiki', 'pay', 'stock', 'mail', 'blog', 'tax'];
const TITLES: Readonly<Record<string, string>> = { shop: 'Web shop', crm: 'CRM', desk: 'Service desk' };

/**
 * The estate for this many hosts: from nine on the shop (a load balancer, two web servers, an application server, a database
 * with a replica), then applications of three hosts each, then spare hosts. Twelve hosts are shop, crm and desk.
 */
export function estateOf(hostCount: number): { applications: TierApplication[]; spares: TierHost[] } {
  const withShop = hostCount >= 9;
  const rest = hostCount - (withShop ? REPLICATED.length : 0);
  const plain = Array.from({ length: Math.floor(rest / PLAIN.length) }, (_, index) =>
    application(NAMES[index] ?? `app-${index + 1}`, PLAIN),
  );
  const spares = Array.from({ length: rest % PLAIN.length }, (_, index): TierHost => {
    return { name: `spare-${index + 1}`, role: 'spare', application: '' };
  });
  return { applications: [...(withShop ? [application('shop', REPLICATED)] : []), ...plain], spares };
}

/** The host of an application that does this, the first of several. */
export function hostWith(application: TierApplication, role: Role): TierHost {
  const found = application.hosts.find((host) => host.role === role);
  if (!found) throw new Error(`${application.id} has no ${role}`);
  return found;
}

function application(id: string, roles: readonly Role[]): TierApplication {
  const counted = new Map<string, number>();
  const hosts = roles.map((role): TierHost => {
    const tier = tierOf(role);
    const number = (counted.get(tier) ?? 0) + 1;
    counted.set(tier, number);
    return { name: `${id}-${tier}-${number}`, role, application: id };
  });
  return { id, name: TITLES[id] ?? id, criticality: id === 'shop' ? 'high' : 'medium', hosts };
}

/** The tier of a landscape that a role belongs to. */
export function tierOf(role: Role): string {
  return role === 'primary' || role === 'replica' ? 'db' : role;
}
