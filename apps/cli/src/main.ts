import { run } from './run';

// A reader that has seen enough (`| head`) and a terminal that was closed are no failures of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit();
    throw error;
  });
}

void run(process.argv, process.env).then((code) => {
  process.exitCode = code;
});
