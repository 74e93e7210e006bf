# dnf. Its exit code is 0 also when it skipped packages and when their scripts failed, and 1 for "no" and for any error.

dnf_installed() { rpm_installed; }
dnf_broken() { rpm_broken; }
dnf_unfinished() { :; }
dnf_afterwards() { rpm_afterwards; }

# dnf_get <arguments>: sets code, and keeps in $work/said what it printed. By itself dnf waits for its lock for ever, and
# leaves out a repository that does not answer. Without nobest, one package that cannot be updated would stop them all.
dnf_get() { unless_locked dnf_once "$@"; }

dnf_once() {
  for package in $skip; do set -- --exclude="$package" "$@"; done
  dnf --setopt=exit_on_lock=True --setopt='*.skip_if_unavailable=False' --setopt=best=False "$@"
}

dnf_is_locked() {
  [ "$code" -eq 200 ] || grep -q 'Waiting for process with pid\|transaction lock\|Failed to obtain' "$work/said"
}

dnf_complaint() {
  { sed -n 's/^ *Error: *//p' "$work/said"; sed -n 's/^ *\(Problem: .*\)/\1/p' "$work/said"; } | grep . | head -n 1
}

dnf_ready() {
  rpm_repair
  rpm_only_installed
  dnf_get -q --refresh makecache
  [ "$code" -eq 0 ] || fail "the repositories cannot be read, so nothing was updated: $(dnf_complaint)"
  [ "$scope" = all ] || dnf_advisories
}

# Where nobody publishes advisories, --security finds nothing and calls that a success. `updateinfo list` cannot tell: it
# shows only what concerns this host. So it is read in the metadata that dnf has just fetched.
dnf_advisories() {
  dnf_once -q -C repolist | awk 'NR > 1 { print $1 }' >"$work/repositories"
  while read -r repository; do
    cat /var/cache/*dnf*/"$repository"-????????????????/repodata/repomd.xml 2>/dev/null |
      grep -q 'type="updateinfo"' || echo "$repository"
  done <"$work/repositories" >"$work/without"
  [ -s "$work/without" ] || return 0
  ! cmp -s "$work/repositories" "$work/without" ||
    fail 'none of the repositories publishes advisories, so nobody can tell what is a security update; nothing was updated'
  note without-advisories "$(listed <"$work/without")"
}

dnf_plan() {
  {
    echo upgrade
    [ "$scope" = all ] || echo --security
    for package in $only; do echo "$package"; done
  } >"$work/request"
  with_request dnf_once -C --assumeno >"$work/simulation" 2>"$work/said"
  grep -q '^Transaction Summary\|^Nothing to do' "$work/simulation" || grep -q '^Nothing to do' "$work/said" ||
    fail "dnf cannot work out this update, so nothing was updated: $(dnf_complaint)"
  dnf_rows >"$work/rows"
  awk '$1 == "+" { print $2, $3, $4 }' "$work/rows" | rpm_plan >"$work/plan"
  awk '$1 == "-" { print $2, $4, "-" }' "$work/rows" >>"$work/plan"
  awk '$1 == "?" { print $2 }' "$work/rows" >"$work/kept"
  for package in $only; do
    ! grep -qxF "$package" "$work/kept" ||
      fail "$package cannot be updated, so nothing was updated: $(dnf_complaint)"
  done
  [ ! -s "$work/kept" ] || note kept-back "$(listed <"$work/kept")"
  dnf_skipped
}

# The rows of the table as <+|-|?> <name> <architecture> <version>: to be there, to be removed, left out. A row that is
# too wide goes on in the next line; one that replaces another package is told by the changes afterwards.
dnf_rows() {
  awk '
    function row() { if (what != "" && split(text, word, " ") >= 3) print what, word[1], word[2], word[3]; text = "" }
    /^Transaction Summary/ { row(); exit }
    /^[A-Z].*:$/ {
      row()
      what = /^(Installing|Upgrading|Downgrading|Reinstalling)/ ? "+" : /^Removing/ ? "-" : /^Skipping/ ? "?" : ""
      next
    }
    /^ +replacing / { next }
    /^ [^ ]/ { row(); text = $0; next }
    /^  / { text = text " " $0; next }
    { row() }' "$work/simulation"
}

dnf_skipped() {
  for package in $skip; do
    dnf --setopt=exit_on_lock=True -q -C repoquery --upgrades --qf '%{name} (there is %{evr})\n' "$package" 2>/dev/null
  done | grep . >"$work/skipped"
  [ ! -s "$work/skipped" ] || note skipped "$(listed <"$work/skipped")"
}

# dnf checks this itself, with its own figures, before it changes anything.
dnf_space() { :; }

dnf_download() {
  with_request dnf_get -y --setopt='*.metadata_expire=-1' --downloadonly
  [ "$code" -eq 0 ] || fail "not everything could be downloaded, so nothing was updated: $(dnf_complaint)"
}

dnf_upgrade() {
  with_request dnf_get -y -C
  rpm_scripts
}

# The answer counts and not the exit code, which is 1 for "yes" and for "no such command".
dnf_reboot_reason() {
  answer=$(dnf -q -C needs-restarting -r 2>/dev/null </dev/null)
  case $answer in
    *'eboot is required'* | *'eboot is necessary'*)
      reason="updated since the boot: $(echo "$answer" | sed -n 's/^ *\* //p' | listed)"
      ;;
    *'eboot should not be necessary'*) reason='' ;;
    *) rpm_reboot_reason ;;
  esac
}
