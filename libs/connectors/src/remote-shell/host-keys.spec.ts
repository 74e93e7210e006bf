import { createHmac } from 'node:crypto';
import { BadKnownHosts, HostKeys } from './host-keys';

function key(type: string, body: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type + body)]).toString('base64');
}
const ed = key('ssh-ed25519', 'one');
const ec = key('ecdsa-sha2-nistp256', 'two');
const types = (text: string, address: string, port = 22) =>
  HostKeys.parse(text)
    .pinnedFor({ address, port })
    .map(({ type }) => type);

describe('HostKeys', () => {
  it('knows a host by its bare name on port 22 and by [name]:port elsewhere', () => {
    const text = `10.1.0.11 ssh-ed25519 ${ed}\n[10.1.0.11]:2222 ecdsa-sha2-nistp256 ${ec} comment\n`;
    expect(types(text, '10.1.0.11')).toEqual(['ssh-ed25519']);
    expect(types(text, '10.1.0.11', 2222)).toEqual(['ecdsa-sha2-nistp256']);
    expect(types(text, '10.1.0.11', 2223)).toEqual([]);
  });

  it('pins several keys to one host and one key to several hosts', () => {
    const text = `a,B.example ssh-ed25519 ${ed}\na ecdsa-sha2-nistp256 ${ec}\n`;
    expect(types(text, 'a')).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256']);
    expect(types(text, 'b.EXAMPLE')).toEqual(['ssh-ed25519']);
  });

  it('finds hashed names, which is how Debian writes them', () => {
    const salt = Buffer.from('0123456789abcdefghij');
    const digest = createHmac('sha1', salt).update('[10.1.0.11]:2222').digest('base64');
    const text = `|1|${salt.toString('base64')}|${digest} ssh-ed25519 ${ed}`;
    expect(types(text, '10.1.0.11', 2222)).toEqual(['ssh-ed25519']);
    expect(types(text, '10.1.0.12', 2222)).toEqual([]);
  });

  it('never offers a revoked key', () => {
    expect(types(`a ssh-ed25519 ${ed}\n@revoked * ssh-ed25519 ${ed}\n`, 'a')).toEqual([]);
  });

  it('skips comments and empty lines', () => {
    expect(types(`# hosts\n\n  \na ssh-ed25519 ${ed}`, 'a')).toEqual(['ssh-ed25519']);
  });

  it('lists every faulty line at once', () => {
    const text = [
      'a ssh-ed25519',
      `*.example ssh-ed25519 ${ed}`,
      `@cert-authority a ssh-ed25519 ${ed}`,
      `a ssh-rsa ${ed}`,
      `b ssh-ed25519 ${ed}`,
    ].join('\n');
    expect(() => HostKeys.parse(text)).toThrow(BadKnownHosts);
    expect(() => HostKeys.parse(text)).toThrow(/line 1: .*\nline 2: .*\nline 3: .*\nline 4: [^\n]*$/);
  });
});
