import { toldFailure } from './told-failure';

const RETRY = 'Read the output, put it right, then retry.';

describe('the failure that a host tells', () => {
  it.each([
    [
      'unit crm is masked, so it cannot be started. Unmask it (systemctl unmask crm), or leave the component out.',
      'unit crm is masked, so it cannot be started',
      'Unmask it (systemctl unmask crm), or leave the component out. Then retry.',
    ],
    [
      'crm.socket could not be started again. Start it by hand, then try again.',
      'crm.socket could not be started again',
      'Start it by hand, then try again.',
    ],
    ['nobody listens on 127.0.0.1 port 80.', 'nobody listens on 127.0.0.1 port 80', RETRY],
    [
      'E: Could not get lock. It is held by process 7 (apt-get)',
      'E: Could not get lock. It is held by process 7 (apt-get)',
      RETRY,
    ],
  ])('says once what helps: %s', (failure, what, remedy) => {
    expect(toldFailure({ failure })).toEqual({ what, remedy });
  });

  it('has a remedy where the host said nothing', () => {
    expect(toldFailure({})).toEqual({ remedy: RETRY });
  });

  it('tells the remedy of each sort of fault that the doctor found, and not of warnings', () => {
    const notes = {
      failure: 'not fit for the night: /var has 3 MiB left, at least 200 are needed; there is no unit crm',
      'finding-1': 'fault disk-full /var has 3 MiB left, at least 200 are needed',
      'finding-2': 'fault unit-missing there is no unit crm',
      'finding-3': 'fault unit-missing there is no unit crn',
      'finding-4': 'warning reboot-pending a reboot is due already',
    };
    expect(toldFailure(notes).remedy).toMatch(
      /^Remove old kernels.*enlarge the disk\. Correct the component's unit or its server in the CMDB\. Then retry\.$/,
    );
  });
});
