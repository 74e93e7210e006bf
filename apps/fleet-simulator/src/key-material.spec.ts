import { utils } from 'ssh2';
import { knownHostsLine, newKeyPair } from './key-material';

describe('a generated key', () => {
  it('can always be read again', () => {
    for (let made = 0; made < 600; made++) {
      const { privateKey, publicKey } = newKeyPair('spec');
      expect(utils.parseKey(privateKey)).not.toBeInstanceOf(Error);
      expect(utils.parseKey(publicKey)).not.toBeInstanceOf(Error);
    }
  });

  it('is written for known_hosts under address and port', () => {
    const key = newKeyPair('spec');
    const [algorithm, base64] = key.publicKey.split(' ');
    expect(knownHostsLine({ address: '127.10.0.1', port: 2222 }, key)).toBe(
      `[127.10.0.1]:2222 ${algorithm} ${base64}`,
    );
  });
});
