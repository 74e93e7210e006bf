import { FaultBook, parseFaults } from './faults';

const server = { id: 'srv-0001', name: 'crm-db-01' };

describe('faults as data', () => {
  it('strike as often as they say, on their host and command only', () => {
    const book = new FaultBook([{ host: 'crm-db-01', command: 'systemctl stop', kind: 'fail', times: 2 }]);
    const stop = { server, command: 'systemctl stop', argv: [] };
    expect(book.take({ ...stop, server: { id: 'srv-0002', name: 'other' } })).toBeUndefined();
    expect(book.take({ ...stop, command: 'systemctl start' })).toBeUndefined();
    expect([book.take(stop), book.take(stop), book.take(stop)].map((fault) => fault?.kind)).toEqual([
      'fail',
      'fail',
      undefined,
    ]);
  });

  it('are all checked, and every mistake is named', () => {
    const read = () =>
      parseFaults([
        { command: 'reboot', kind: 'slow' },
        { kind: 'nonsense', times: '2' },
        7,
        { command: 'x', kind: 'fail', typo: 1 },
      ]);
    expect(read).toThrow(
      new TypeError(
        [
          'faults[1]: times must be a number',
          'faults[1]: command is missing',
          'faults[1]: kind must be one of fail, hang, slow, cut, lose-exit, crash, same-boot-id, never-return',
          'faults[2]: expected an object',
          'faults[3]: unknown property typo',
        ].join('\n'),
      ),
    );
    expect(() => parseFaults({})).toThrow('expected a list');
  });
});
