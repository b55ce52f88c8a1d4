#!/bin/bash
# As the official image: the data belongs to account 999, and the server runs as that.
[ "$1" = mongod ] && shift
chown -R 999:999 /data/db /data/configdb
exec setpriv --reuid=999 --regid=999 --clear-groups \
  java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  -cp '/opt/mongo/lib/*' MongoMain "$@"
