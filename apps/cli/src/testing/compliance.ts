import type { ComplianceReport, ServerCompliance } from '@patchtide/domain';

const DIGEST = `sha256:${'a'.repeat(64)}`;

export function server(id: string, more: Partial<ServerCompliance> = {}): ServerCompliance {
  return {
    server: id,
    name: id,
    os: 'debian-12',
    owner: 'team-linux',
    applications: ['crm'],
    result: 'patched',
    at: '2026-11-29T21:40:00.000Z',
    by: null,
    reason: '1 package updated, reboot needed.',
    reboot: {
      result: 'rebooted',
      at: '2026-11-29T21:45:00.000Z',
      by: null,
      reason: 'Rebooted and back.',
      neededFor: 'linux-image-6.1.0-28',
      isDue: false,
      bootIdBefore: 'boot-1',
      bootIdAfter: 'boot-2',
    },
    packages: [{ name: 'nginx', from: '1.22.1-9', to: '1.22.1-9+deb12u1' }],
    notes: {},
    isCompliant: true,
    ...more,
  };
}

/** A report as the API gives it, of a campaign that has ended. */
export function complianceReport(...servers: readonly ServerCompliance[]): ComplianceReport {
  const count = (result: ServerCompliance['result']) => servers.filter((one) => one.result === result).length;
  const changes = servers.flatMap(({ packages }) => packages);
  return {
    campaign: 'CHG-1',
    title: 'November patches',
    requestedBy: 'm.weber',
    approvals: [{ by: 'k.lindner', at: '2026-11-24T09:12:00.000Z' }],
    policy: 'standard',
    ...{ policyDigest: DIGEST, landscapeDigest: DIGEST, planDigest: DIGEST },
    window: { start: '2026-11-29T21:00:00Z', end: '2026-11-30T01:00:00Z', timezone: 'Europe/Berlin' },
    startedAt: '2026-11-29T21:00:00.000Z',
    closedAt: '2026-11-29T23:10:00.000Z',
    outcome: 'completed',
    asOf: '2026-11-29T23:10:00.000Z',
    totals: {
      servers: servers.length,
      ...{ patched: count('patched'), 'by-hand': count('by-hand'), failed: count('failed') },
      ...{ unknown: count('unknown'), skipped: count('skipped'), 'left-out': count('left-out') },
      ...{ excluded: count('excluded'), pending: count('pending') },
      compliant: servers.filter(({ isCompliant }) => isCompliant).length,
      rebooted: servers.filter(({ reboot }) => reboot.result === 'rebooted').length,
      rebootsDue: servers.filter(({ reboot }) => reboot.isDue).length,
      packageChanges: changes.length,
      packages: new Set(changes.map(({ name }) => name)).size,
    },
    servers,
  };
}
