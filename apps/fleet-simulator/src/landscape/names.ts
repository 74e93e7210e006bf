/** The first ones are the platform that others stand on. */
export const APPLICATION_NAMES = [
  'identity',
  'payments',
  'messaging',
  'documents',
  'catalog',
  'directory',
  'crm',
  'shop',
  'billing',
  'warehouse',
  'shipping',
  'returns',
  'pricing',
  'invoicing',
  'ledger',
  'treasury',
  'payroll',
  'recruiting',
  'timesheet',
  'travel',
  'expenses',
  'procurement',
  'contracts',
  'archive',
  'search',
  'reporting',
  'forecasting',
  'planning',
  'quality',
  'maintenance',
  'facility',
  'fleet',
  'parking',
  'canteen',
  'portal',
  'intranet',
  'wiki',
  'ticketing',
  'callcenter',
  'chat',
  'survey',
  'campaigns',
  'loyalty',
  'coupons',
  'auction',
  'insurance',
  'claims',
  'leasing',
  'credit',
  'savings',
  'cards',
  'trading',
  'risk',
  'compliance',
  'audit',
  'tax',
  'customs',
  'weather',
  'maps',
  'booking',
] as const;

export const BATCH_NAMES = [
  'nightly-export',
  'reindex',
  'cleanup',
  'statement-run',
  'sync',
  'rollup',
] as const;

/** A speaking name for the n-th application; after the list is used up names are numbered. */
export function applicationId(index: number): string {
  const name = APPLICATION_NAMES[index % APPLICATION_NAMES.length] ?? 'application';
  const round = Math.floor(index / APPLICATION_NAMES.length);
  return round === 0 ? name : `${name}-${round + 1}`;
}

export function titleOf(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1).replaceAll('-', ' ');
}
