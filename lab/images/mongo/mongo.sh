#!/bin/sh
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
  -cp '/opt/mongo/lib/*' MongoShell "$@"
