# What an apt upgrade is to change: asked from apt itself by a simulation, before anything is changed.

# Decides what to ask apt for (one word per line in $work/request), and asks what it would do then.
apt_plan() {
  echo dist-upgrade >"$work/request"
  apt_simulate
  apt_skipped
  apt_held_back
  if [ "$scope" = security ] || [ -n "$only" ]; then
    apt_wanted >"$work/wanted" || fail "$(cat "$work/wanted")"
    [ -s "$work/wanted" ] || return 0
    { printf '%s\n' install --only-upgrade && cat "$work/wanted"; } >"$work/request"
    apt_simulate
  fi
  apt_changes >"$work/plan"
}

# A simulation takes no lock, and shows removals; whether they are allowed is decided with their names in hand.
apt_simulate() {
  with_request apt_quietly -s >"$work/simulation" 2>"$work/said" ||
    fail "apt cannot work out this update, so nothing was updated: $(apt_complaint)"
}

apt_changes() {
  awk '
    $1 == "Remv" || $1 == "Purg" { print $2, substr($3, 2, length($3) - 2), "-" }
    $1 == "Inst" {
      from = "-"
      to = $3
      if ($3 ~ /^\[/) { from = substr($3, 2, length($3) - 2); to = $4 }
      print $2, from, substr(to, 2)
    }' "$work/simulation"
}

apt_skipped() {
  for package in $skip; do
    apt-cache policy "$package" | awk -v name="$package" '
      $1 == "Installed:" { installed = $2 }
      $1 == "Candidate:" && installed != "(none)" && $2 != installed { print name " (" installed ", there is " $2 ")" }'
  done >"$work/skipped"
  [ ! -s "$work/skipped" ] || note skipped "$(listed <"$work/skipped")"
}

# Held by an administrator, or kept back by apt because something they need is missing.
apt_held_back() {
  apt-mark showhold >"$work/held"
  awk '
    /^The following packages have been kept back:/ { on = 1; next }
    /^[^ ]/ { on = 0 }
    on { for (i = 1; i <= NF; i++) print $i }' "$work/simulation" >"$work/kept"
  held=$(grep -Fxf "$work/held" "$work/kept" | listed)
  kept=$(grep -Fvxf "$work/held" "$work/kept" | listed)
  [ -z "$held" ] || note held "$held"
  [ -z "$kept" ] || note kept-back "$kept"
}

# Prints what to ask for by name, or the reason why that cannot be.
apt_wanted() {
  for package in $only; do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
      installed*) ;;
      *) echo "$package is not installed here, so nothing was updated" && return 1 ;;
    esac
    if grep -qxF "$package" "$work/held"; then
      echo "$package is held (apt-mark hold), so nothing was updated" && return 1
    fi
    [ "$scope" = security ] || echo "$package"
  done
  [ "$scope" = all ] || apt_security
}

# The highest version that a security archive offers of everything that could be updated, also where another archive
# has a higher one by now: apt itself would only see that one.
apt_security() {
  # In what the archives say of themselves: of one that has nothing to offer now, apt knows no more than that.
  cat /var/lib/apt/lists/*Release 2>/dev/null | grep -q '^\(Label\|Suite\|Codename\): .*[Ss]ecurity' ||
    { echo 'none of the package sources is a security archive, so nothing was updated' && return 1; }
  apt_changes | awk '$2 != "-" && $3 != "-" { print $1 }' >"$work/upgradable"
  [ -s "$work/upgradable" ] || return 0
  apt-cache policy >"$work/archives"
  while read -r package; do set -- "$@" "$package"; done <"$work/upgradable"
  apt-cache policy "$@" >"$work/candidates"
  awk -v only="$only" '
    BEGIN { asked = split(only, names, " "); for (i in names) wanted[names[i]] }
    FNR == 1 { file++ }
    { archive = $0; sub(/^ +-?[0-9]+ /, "", archive) }
    file == 1 && /^ +-?[0-9]+ / { last = archive }
    file == 1 && /^ +release .*[Ss]ecurity/ { secure[last] }
    file == 2 && /^[^ ].*:$/ { package = substr($0, 1, length($0) - 1); version = ""; done = 0 }
    file == 2 && /^     [^ ]+ -?[0-9]+$/ { version = $1 }
    file == 2 && /^ \*\*\* / { done = 1 }
    file == 2 && /^        / && !done && (archive in secure) && (!asked || package in wanted) {
      print package "=" version
      done = 1
    }' "$work/archives" "$work/candidates"
}

# Bytes to download, bytes by which the installed packages grow, bytes of the biggest new one.
apt_space() {
  set --
  while read -r name _ to; do [ "$to" = - ] || set -- "$@" "$name=$to"; done <"$work/plan"
  apt-cache show --no-all-versions "$@" >"$work/sizes" 2>/dev/null
  set --
  while read -r name from _; do [ "$from" = - ] || set -- "$@" "$name"; done <"$work/plan"
  before_kib=$(dpkg-query -W -f '${Installed-Size}\n' "$@" 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }')
  awk -v before="$before_kib" '
    $1 == "Size:" { download += $2 }
    $1 == "Installed-Size:" { after += $2; if ($2 > biggest) biggest = $2 }
    END { printf "%.0f %.0f %.0f\n", download, (after - before) * 1024, biggest * 1024 }' "$work/sizes"
}
