import { KitConfig } from '../config/kit-config';
import { loadConfig } from '../config/load-config';
import { TokenTable } from './token-table';

const alice = 'alice-0123456789abcdef';
const scout = 'scout-0123456789abcdef';

describe('the token table', () => {
  it('knows the owner of a token and all their roles', () => {
    const table = TokenTable.parse(`operator:alice:${alice}, approver:alice:${alice},viewer:scout:${scout}`);
    expect(table.callerOf(alice)).toEqual({ name: 'alice', roles: ['operator', 'approver'] });
    expect(table.callerOf(scout)).toEqual({ name: 'scout', roles: ['viewer'] });
  });

  it('knows nobody by another token, a part of one, or none', () => {
    const table = TokenTable.parse(`operator:alice:${alice}`);
    for (const token of ['', alice.slice(1), `${alice}x`, scout])
      expect(table.callerOf(token)).toBeUndefined();
    expect(TokenTable.empty().callerOf(alice)).toBeUndefined();
  });

  it('names every faulty entry of its configuration by number and no token', () => {
    const text = `root:alice:${alice},viewer:a b:${scout},viewer:scout:short,,viewer:bob:${alice},admin:eve:${alice}`;
    const load = () => loadConfig(KitConfig, { PATCHTIDE_TOKENS: text });
    for (const entry of [1, 2, 3, 4, 6]) expect(load).toThrow(`entry ${entry} has`);
    expect(load).toThrow('openssl rand -hex 32');
    expect(load).not.toThrow(alice);
  });
});
