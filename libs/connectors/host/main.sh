# The last part, and where every word begins. Requests of the journal protocol have ended in runner.sh.

# call_word <@name> <arguments>: the word @unit-active is the function word_unit_active. So a new word is a new function.
call_word() {
  word=$1 name=${1#@} function=word_
  case $name in '' | *[!a-z0-9-]*) unknown_word "$1" ;; esac
  rest=$name
  while :; do
    case $rest in
      *-*) function=$function${rest%%-*}_ rest=${rest#*-} ;;
      *) break ;;
    esac
  done
  function=$function$rest
  # The name alone, without a path, is what a function has.
  [ "$(command -v "$function")" = "$function" ] || unknown_word "$1"
  shift
  # From here on a variable and no longer in the environment: what a word runs does not learn of it.
  facts=${PATCHTIDE_FACTS:-/dev/null}
  unset PATCHTIDE_FACTS LANGUAGE
  PATCHTIDE_FACTS=$facts
  export LC_ALL=C
  "$function" "$@"
}

# For words: what was asked makes no sense, so nothing was done.
misused() {
  echo "$word cannot be used like this${1:+: $1}"
  exit 64
}

unknown_word() {
  echo "unknown step word $1"
  exit 64
}

call_word "$@"
