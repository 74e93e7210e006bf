/**
 * Holds a cron file by renaming it, in its directory, to a name that no cron reads (a leading dot: Debian's cron
 * ignores it, so does cronie). Beside it stands a file with the end of the hold and our marker. The dead-man is a
 * cron file too: every minute it gives back what is overdue. It needs nothing but cron, survives reboots as the hold
 * does, and where cron does not run the job does not run either. Its text is constant except for the directory,
 * which is configuration; names and times are read from the files at run time, never written into a command.
 */
export const cronHoldScript = String.raw`
verb=$1 file=$2 marker=$3 ttl=$4 prior=$5 note=-
dir=${'$'}{file%/*} name=${'$'}{file##*/}
held=$dir/.$name.patchtide-held until=$dir/.$name.patchtide-until old=$dir/.$name.patchtide-old
deadman=$dir/patchtide-holds
umask 022
trap '' HUP

there() { [ -e "$1" ] || [ -L "$1" ]; }
holder() {
  if there "$held" && read -r end by rest 2>/dev/null <"$until"; then echo "$by"; else echo -; fi
}
is_overdue() { read -r end rest 2>/dev/null <"$until" && [ "$(date +%s)" -ge "$end" ]; }
say() {
  exists=no scheduled=no
  if there "$file"; then exists=yes scheduled=yes; elif there "$held"; then exists=yes; fi
  echo "patchtide-hold exists=$exists scheduled=$scheduled running=unknown by=$(holder) prior=$1 note=$note"
  exit 0
}
# Somebody, a package or a configuration tool, made the file again while it was held: theirs is the newer one.
set_aside() {
  if cmp -s "$held" "$file"; then rm -f "$held"; else mv -f "$held" "$old" && note=recreated; fi
}
give_back() {
  if there "$held"; then
    if there "$file"; then set_aside || return 1; else mv -f "$held" "$file" || return 1; fi
  fi
  rm -f "$until"
}
write_deadman() {
  sweep='for u in .*.patchtide-until; do [ -f "$u" ] || continue; n=${'$'}{u#.}; n=${'$'}{n\%.patchtide-until}; read -r t m <"$u"; [ "$(date +\%s)" -lt "$t" ] && continue; if [ -e "$n" ]; then mv -f ".$n.patchtide-held" ".$n.patchtide-old"; else mv -f ".$n.patchtide-held" "$n"; fi; rm -f "$u"; done; ls .*.patchtide-until >/dev/null || rm -f patchtide-holds'
  {
    echo '# Written by Patchtide while it holds jobs of this directory: gives back what is overdue.'
    echo 'SHELL=/bin/sh'
    printf '* * * * * root { cd %s && { %s; }; } >/dev/null 2>&1\n' "$dir" "$sweep"
  } >"$dir/.patchtide-holds.new" && mv -f "$dir/.patchtide-holds.new" "$deadman"
}
drop_deadman() { ls "$dir"/.*.patchtide-until >/dev/null 2>&1 || rm -f "$deadman"; }

if [ "$verb" != inspect ] && [ "$(holder)" != - ] && [ "$(holder)" != "$marker" ] && is_overdue; then
  give_back || exit 1
fi
by=$(holder)
case $verb in
  inspect) say - ;;
  hold)
    if [ "$by" != - ] && [ "$by" != "$marker" ]; then say -; fi
    if ! there "$file" && ! there "$held"; then say -; fi
    { echo "$(($(date +%s) + ttl)) $marker" >"$until.new" && mv -f "$until.new" "$until"; } || exit 1
    write_deadman || exit 1
    if there "$file"; then
      if there "$held"; then set_aside || exit 1; fi
      mv -f "$file" "$held" || exit 1
    fi
    # The dead-man removes itself when it sees nothing to watch; it may have looked a moment too early.
    there "$deadman" || write_deadman || exit 1
    say scheduled ;;
  release)
    if [ "$by" != - ] && [ "$by" != "$marker" ]; then say -; fi
    give_back || exit 1
    drop_deadman
    say - ;;
  *) echo 'unknown verb' >&2; exit 2 ;;
esac
`;
