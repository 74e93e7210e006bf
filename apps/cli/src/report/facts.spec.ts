import { server } from '../testing/compliance';
import { deviationsOf } from './facts';

const { reboot } = server('any');
const noReboot = { ...reboot, result: 'left-out', isDue: false, by: null } as const;

describe('the deviations', () => {
  it('are none where hosts have proven everything', () => {
    expect(deviationsOf([server('srv-1')])).toEqual([]);
  });

  it('are all servers that are not compliant, with who decided and why', () => {
    const reason = 'the vendor forbids it';
    const skipped = server('srv-1', { result: 'skipped', by: 'k.lindner', reason, reboot: noReboot });
    const failed = server('srv-2', { result: 'failed', reason: 'apt has failed.', reboot: noReboot });
    const due = { ...reboot, result: 'failed', isDue: true, reason: 'It hangs.' } as const;
    expect(deviationsOf([skipped, failed, server('srv-3', { reboot: due })])).toEqual([
      { server: 'srv-1', what: 'skipped', who: 'k.lindner', why: reason },
      { server: 'srv-2', what: 'failed', who: '', why: 'apt has failed.' },
      { server: 'srv-3', what: 'reboot failed, DUE', who: '', why: 'It hangs.' },
    ]);
  });

  it('are compliant servers as well, where a person stands for it instead of the host', () => {
    const byHand = { ...reboot, result: 'by-hand', by: 'k.lindner', reason: 'at the console' } as const;
    const deviations = deviationsOf([
      server('srv-1', { result: 'by-hand', by: 'm.weber', reason: 'offline', reboot: byHand }),
    ]);
    expect(deviations.map(({ what, who }) => [what, who])).toEqual([
      ['by-hand', 'm.weber'],
      ['reboot by hand', 'k.lindner'],
    ]);
  });
});
