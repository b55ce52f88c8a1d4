#!/bin/bash
# Keys on the first start, kept in the volume; then registry and web server until either ends.
set -e
tls=/var/lib/lab/tls
mkdir -p $tls /var/lib/lab/registry /var/lib/lab/files
if [ ! -e $tls/server.crt ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=Switchyard lab CA' \
    -addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout $tls/ca.key -out $tls/ca.crt 2>/dev/null
  openssl req -newkey rsa:2048 -nodes -subj '/CN=registry.lab' -keyout $tls/server.key -out $tls/server.csr 2>/dev/null
  openssl x509 -req -in $tls/server.csr -CA $tls/ca.crt -CAkey $tls/ca.key -CAcreateserial -days 3650 \
    -extfile <(echo "subjectAltName=$(printf 'DNS:%s,' $LAB_NAMES | sed 's/,$//')") -out $tls/server.new 2>/dev/null
  mv $tls/server.new $tls/server.crt
fi
trap 'kill $(jobs -p) 2>/dev/null; exit 0' TERM INT
docker-registry serve /etc/lab/registry.yml &
nginx -c /etc/lab/nginx.conf -g 'daemon off;' &
wait -n
