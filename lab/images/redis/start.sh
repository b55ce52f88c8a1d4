#!/bin/bash
[ "$1" = redis-server ] || exec "$@"
shift
chown -R 999:999 /data
exec setpriv --reuid=999 --regid=999 --clear-groups redis-server --bind '* -::*' --protected-mode no "$@"
