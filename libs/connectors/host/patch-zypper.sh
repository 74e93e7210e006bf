# zypper. Exit codes from 100 on are information: 102 reboot needed, 103 it updated itself and wants to be run again,
# 104 not found, 106 repositories were left out, 107 a package's script failed.

zypper_installed() { rpm_installed; }
zypper_broken() { rpm_broken; }
zypper_unfinished() { :; }
zypper_afterwards() { rpm_afterwards; }

# zypper_get <arguments>: sets code, and keeps in $work/said what it printed.
zypper_get() { unless_locked zypper --non-interactive --no-refresh "$@"; }

zypper_is_locked() { [ "$code" -eq 7 ] || grep -q 'System management is locked\|transaction lock' "$work/said"; }

zypper_complaint() {
  sed 's/<[^>]*>//g' "$work/said" | grep -i 'problem:\|error\|fail\|cannot\|not found\|no provider\|unknown' | head -n 1
}

zypper_ready() {
  if [ "$scope" = security ] && [ -n "$only$skip" ]; then
    misused 'with zypper, scope=security is about patches as a whole, so it cannot go together with only= or skip='
  fi
  rpm_repair
  rpm_only_installed
  unless_locked zypper --non-interactive refresh
  [ "$code" -eq 0 ] || fail "the repositories cannot be read, so nothing was updated: $(zypper_complaint)"
  [ "$scope" = all ] || zypper -x --no-refresh list-patches --all 2>/dev/null | grep -q '<update kind="patch"' ||
    fail 'none of the repositories publishes patches, so nobody can tell what is a security update; nothing was updated'
}

# What to ask zypper for, one word per line in $work/request, and what it says it would do then.
zypper_plan() {
  zypper_ask -x list-updates --all >"$work/updates" 2>&1
  tr '<' '\n' <"$work/updates" | sed -n 's/^update kind="package" name="\([^"]*\)".*/\1/p' | sort -u >"$work/upgradable"
  for package in $skip; do echo "$package"; done >"$work/skip"
  grep -Fxf "$work/skip" "$work/upgradable" >"$work/skipped"
  [ ! -s "$work/skipped" ] || note skipped "$(listed <"$work/skipped")"
  zypper_words >"$work/request"
  [ -s "$work/request" ] || return 0
  with_request zypper_do --dry-run -x >"$work/simulation" 2>&1
  cp "$work/simulation" "$work/said"
  grep -q '<install-summary\|Nothing to do\|No update candidate' "$work/simulation" ||
    fail "zypper cannot work out this update, so nothing was updated: $(zypper_complaint)"
  zypper_rows | rpm_plan >"$work/plan"
  unwanted=$(cut -d ' ' -f 1 "$work/plan" | grep -Fxf "$work/skip" | listed)
  [ -z "$unwanted" ] || fail "the policy skips $unwanted, and other updates need it; nothing was updated"
  zypper_kept_back
}

zypper_words() {
  if [ "$scope" = security ]; then
    printf '%s\n' patch --category security --with-interactive
  elif [ -n "$only" ]; then
    echo update
    for package in $only; do echo "$package"; done
  elif [ -z "$skip" ]; then
    echo update
  elif grep -qvFxf "$work/skip" "$work/upgradable"; then
    # There is no option to leave a package out, and a lock would stay when this is killed. So all the others by name.
    echo update
    grep -vFxf "$work/skip" "$work/upgradable"
  fi
}

zypper_ask() { zypper --non-interactive --no-refresh "$@"; }

# zypper_do <option> <-x|-q|-v> <verb> <words>: options go before the words, or they are taken for packages.
zypper_do() {
  option=$1 form=$2 verb=$3
  shift 3
  zypper_ask "$form" "$verb" --auto-agree-with-licenses "$option" "$@"
}

zypper_rows() {
  tr '<' '\n' <"$work/simulation" | awk '
    function value(name) { return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
    /^to-remove/ { coming = 0; next }
    /^to-/ { coming = 1 }
    /^\/to-/ { coming = 0 }
    coming && /^solvable type="package"/ { print value("name"), value("arch"), value("edition") }'
}

zypper_kept_back() {
  if [ "$scope" = security ] || [ -n "$only" ]; then return 0; fi
  cut -d ' ' -f 1 "$work/plan" >"$work/planned"
  kept=$(grep -vFxf "$work/skip" "$work/upgradable" | grep -vFxf "$work/planned" | listed)
  [ -z "$kept" ] || note kept-back "$kept"
}

zypper_space() {
  tr '<' '\n' <"$work/simulation" |
    sed -n 's/^install-summary download-size="\([0-9]*\)" space-usage-diff="\(-\{0,1\}[0-9]*\)".*/\1 \2 0/p'
}

zypper_download() {
  with_request unless_locked zypper_do --download-only -q
  zypper_is_fine "$code" || fail "not everything could be downloaded, so nothing was updated: $(zypper_complaint)"
}

zypper_is_fine() { case $1 in 0 | 102 | 103) ;; *) return 1 ;; esac; }

# Updates of the package manager itself come first and alone; then there is a rest, that had no place in the first plan.
zypper_upgrade() {
  zypper_install
  if [ "$code" -eq 103 ]; then
    say 'zypper has updated itself and is run again for the rest'
    mv "$work/plan" "$work/first-plan"
    zypper_plan
    [ ! -s "$work/plan" ] || zypper_install
    cat "$work/first-plan" >>"$work/plan"
  fi
  ! zypper_is_fine "$code" || code=0
}

zypper_install() {
  with_request unless_locked zypper_do --download-in-advance -v
  rpm_scripts
}

zypper_reboot_reason() {
  answer=$(zypper --non-interactive needs-rebooting 2>/dev/null </dev/null)
  case $? in
    102) reason="updated since the boot: $(echo "$answer" | sed -n 's/^ *[-*] //p' | listed)" ;;
    0) reason='' ;;
    *) rpm_reboot_reason ;;
  esac
}
