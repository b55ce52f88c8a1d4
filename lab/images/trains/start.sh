#!/bin/bash
# docker run allegroai/trains apiserver | webserver | fileserver
case $1 in
  apiserver | webserver | fileserver) exec python3 -m "server.$1" ;;
  *) exec "$@" ;;
esac
