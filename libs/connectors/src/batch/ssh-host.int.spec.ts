import { readFile } from 'node:fs/promises';
import { type RunningSshd, startSshd } from '@patchtide/embedded';
import { HostKeys } from '../remote-shell/host-keys';
import { SshShell } from '../remote-shell/ssh-shell';
import { batchContract } from './batch.contract';
import { startCronHost, startTimerHost } from './local-host.contract';

const address = '127.0.2.1';

/** The scripts over a real sshd, so that quoting, exit codes and the login shell are real too. */
function overSsh(start: typeof startCronHost | typeof startTimerHost) {
  return async () => {
    const sshd: RunningSshd = await startSshd({ addresses: [address] });
    const privateKey = await readFile(sshd.privateKey);
    const shell = new SshShell({ user: sshd.user, privateKey, hostKeys: HostKeys.parse(sshd.knownHosts) });
    const bench = await start(shell, { address, port: sshd.port });
    const stop = async () => {
      await bench.stop();
      await shell.close();
      await sshd.stop();
    };
    return { ...bench, stop };
  };
}

batchContract('cron files over a real sshd', overSsh(startCronHost));
batchContract('systemd timers over a real sshd', overSsh(startTimerHost));
