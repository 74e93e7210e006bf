import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Meter, withDescendants } from './meter';

const BUSY = 'const until = Date.now() + 300; while (Date.now() < until);';

it('measures a process together with its descendants, also those that have ended', async () => {
  const shell = spawn('sh', ['-c', '"$0" -e "$1"; read line', process.execPath, BUSY], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(shell, 'spawn');
  const pid = shell.pid ?? 0;
  const meter = new Meter(new Map([['shell', pid]]));
  while (withDescendants([pid]).length < 2) await new Promise(setImmediate);
  while (withDescendants([pid]).length > 1) await new Promise(setImmediate);
  const { cpuSeconds, peakMb } = meter.stop();
  shell.stdin.end();
  await once(shell, 'exit');
  expect(cpuSeconds['shell']).toBeGreaterThan(0.1);
  expect(peakMb).toBeGreaterThan(5);
});
