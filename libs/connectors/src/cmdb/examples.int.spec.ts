import { join } from 'node:path';
import { checkShape } from '@patchtide/contracts';
import { loadLandscape } from './load-landscape';

const example = (name: string) => join(__dirname, '../../../../examples', name);

async function landscape(source: string, mapping?: string): Promise<Record<string, unknown>> {
  const loaded = await loadLandscape(
    example(source),
    mapping === undefined ? {} : { mapping: example(mapping) },
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults, undefined, 1));
  return loaded.landscape;
}

/** Only the order of relations differs between the three forms. */
function sorted({ relations, ...rest }: Record<string, unknown>): unknown {
  return { ...rest, relations: (relations as unknown[]).map((relation) => JSON.stringify(relation)).sort() };
}

describe('the examples', () => {
  it('have the published shape', async () => {
    expect(checkShape('landscape', await landscape('landscape.yaml'))).toEqual([]);
  });

  it('describe the same estate as YAML, as a spreadsheet and as a mapped export', async () => {
    const yaml = sorted(await landscape('landscape.yaml'));

    expect(sorted(await landscape('landscape.csv'))).toEqual(yaml);
    expect(sorted(await landscape('cmdb-export.csv', 'cmdb-mapping.yaml'))).toEqual(yaml);
  });
});
