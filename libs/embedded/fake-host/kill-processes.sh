# kill-processes.sh <state directory>: kills everything that runs on the host of this directory, or on those below it.
grep -lsz "^PATCHTIDE_HOST_STATE=$1\(/[^/]*\)\{0,1\}\$" /proc/[0-9]*/environ | while read -r environment; do
  process=${environment#/proc/}
  kill -KILL "${process%/environ}" 2>/dev/null
done
exit 0
