/**
 * What a record itself holds under a key. Keys come from CMDBs, where a cluster may be called `constructor`: a plain
 * look-up would find what every object inherits.
 */
export function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
