import { run } from './run';

void run(process.argv, process.env).then((code) => {
  process.exitCode = code;
});
