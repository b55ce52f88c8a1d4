#!/bin/bash
# bash, not sh: dash drops environment names with dots, and those are the server's settings.
# exec makes Java process 1, so a stop reaches it at once and it ends with 143.
cd /usr/share/elasticsearch || exit 1
arguments=()
for argument; do
  case $argument in
    eswrapper | elasticsearch | bin/elasticsearch) ;;
    -E) ;;
    -E*) arguments+=("${argument#-E}") ;;
    *=*) arguments+=("$argument") ;;
    *) exec "$@" ;;
  esac
done
archive=()
[ -e classes.jsa ] && archive=(-XX:SharedArchiveFile=classes.jsa -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off)
# shellcheck disable=SC2086
exec java @java.options "${archive[@]}" $ES_JAVA_OPTS -cp 'lib/*' EsMain "${arguments[@]}"
