#!/bin/bash
# docker run allegroai/trains apiserver | webserver | fileserver; the unified compose file calls it by its path, once for each.
case $1 in
  apiserver | webserver | fileserver) exec python3 -m "server.$1" ;;
  *) exec "$@" ;;
esac
