import { ensureDebianPackage } from '@patchtide/embedded';

/**
 * Runs a program and adopts whatever it leaves behind (ssh's ControlPersist masters, supervisors in sessions of their
 * own), so that the CPU time of all of it counts for this process: a dead process's time goes to whoever waits for it.
 * Arguments: a file for the figures, the program, its arguments. When the program has ended, what it left is ended too.
 */
const REAPER = `
import ctypes, json, os, resource, signal, sys, time
PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
began = time.monotonic()
child = os.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, _: os.kill(child, number))
status, wall = 0, 0
def end_the_rest(_number, _frame):
    with open('/proc/self/task/%d/children' % os.getpid()) as children:
        for pid in children.read().split():
            os.kill(int(pid), signal.SIGTERM)
while True:
    try:
        pid, ended = os.wait()
    except ChildProcessError:
        break
    if pid == child:
        status, wall = os.waitstatus_to_exitcode(ended), time.monotonic() - began
        end_the_rest(None, None)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], 'w') as figures:
    json.dump({'seconds': wall, 'cpuSeconds': used.ru_utime + used.ru_stime}, figures)
sys.exit(status if status >= 0 else 128 - status)
`;

/** What the file of figures holds: the program's own time, and the CPU of it and everything it left behind. */
export interface ReaperFigures {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** The command that runs a program with its arguments under the reaper, which writes to the file of figures in the end. */
export async function underReaper(figures: string, command: readonly string[]): Promise<readonly string[]> {
  const python = await ensureDebianPackage('python3', 'python3-minimal');
  return [python, '-c', REAPER, figures, ...command];
}
