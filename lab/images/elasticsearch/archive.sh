#!/bin/bash
# Makes classes.jsa: starts the server once, uses it a little, stops it. Ports of its own choice, as the build is on the machine's network.
export ES_JAVA_OPTS='-XX:ArchiveClassesAtExit=/tmp/archive/classes.jsa -Xms256m -Xmx256m' SETTINGS='-Epath.data=/tmp/archive/data'
install -d -o 1000 -g 1000 /tmp/archive
[ -e lib/elasticsearch-core-*.jar ] 2>/dev/null && SETTINGS="$SETTINGS -Ediscovery.type=single-node"
# shellcheck disable=SC2086
setpriv --reuid=1000 --regid=1000 --clear-groups ./start.sh -Enetwork.host=127.0.0.1 -Ehttp.port=0 -Etransport.tcp.port=0 $SETTINGS >/tmp/archive/log 2>&1 &
for i in $(seq 120); do
  port=$(sed -n 's/.*HttpServerTransport.*publish_address {127.0.0.1:\([0-9]*\)}.*/\1/p' /tmp/archive/log)
  [ -n "$port" ] && grep -q '\] started' /tmp/archive/log && break
  sleep 0.5
done
request() {
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf '%s %s HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' "$1" "$2" "${#3}" "$3" >&3
  cat <&3 >>/tmp/archive/log
  exec 3<&-
}
request PUT /a/_doc/1 '{"a":1,"b":"c","d":"2020-01-01"}'
request POST /a/_search '{"query":{"range":{"a":{"gte":0}}},"aggs":{"a":{"percentiles":{"field":"a"}}}}'
request GET /_cat/indices ''
request GET '/_tasks?detailed' ''
kill %1
wait
# without an archive the server starts all the same, only later
mv /tmp/archive/classes.jsa . || tail -5 /tmp/archive/log
rm -rf /tmp/archive
