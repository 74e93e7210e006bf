import type { Component } from '@patchtide/contracts';
import { own } from '../../own';
import { HAPROXY_SERVER } from './haproxy-server';
import { TOMCAT, WILDFLY } from './java-servers';
import { MARIADB, MYSQL } from './mysql';
import { ORACLE } from './oracle';
import { POSTGRESQL } from './postgresql';
import type { ShippedKind } from './shipped-kind';
import { SYSTEMD } from './systemd';
import { APACHE, HAPROXY, NGINX } from './web-servers';

/** The kinds that work without a word in the policy, by the name that components carry. A page each in docs/kinds. */
export const SHIPPED_KINDS: Readonly<Record<string, ShippedKind>> = {
  systemd: SYSTEMD,
  nginx: NGINX,
  apache: APACHE,
  haproxy: HAPROXY,
  'haproxy-server': HAPROXY_SERVER,
  tomcat: TOMCAT,
  wildfly: WILDFLY,
  postgresql: POSTGRESQL,
  mysql: MYSQL,
  mariadb: MARIADB,
  oracle: ORACLE,
  // Everything about it is in the policy; without that, nothing is guessed, not even from its unit.
  custom: { title: 'custom', unit: 'none', attributes: [], phases: {} },
};

/** The shipped kind of a component; for a kind that is not shipped plain systemd if it has a unit, else undefined. */
export function shippedKindOf(component: Component): ShippedKind | undefined {
  return own(SHIPPED_KINDS, component.kind) ?? (component.unit === undefined ? undefined : SYSTEMD);
}
