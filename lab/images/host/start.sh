#!/bin/bash
# What a machine's own init would do: control groups, host keys, Docker, then sshd until the end.
mount --make-rshared / || exit 1
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -o remount,bind,rw /sys/fs/cgroup
  # control groups v2 allow no processes beside sub-groups: move ours aside first
  mkdir -p /sys/fs/cgroup/init
  xargs -rn1 < /sys/fs/cgroup/cgroup.procs > /sys/fs/cgroup/init/cgroup.procs 2>/dev/null || true
  sed -e 's/ / +/g' -e 's/^/+/' < /sys/fs/cgroup/cgroup.controllers > /sys/fs/cgroup/cgroup.subtree_control
else
  for group in /sys/fs/cgroup /sys/fs/cgroup/*; do mountpoint -q "$group" && mount -o remount,bind,rw "$group"; done
fi
# an earlier start that was killed left its sockets and process numbers
rm -rf /run/docker /run/docker.pid /run/docker.sock /run/containerd /run/sshd.pid
mkdir -p /run/sshd
ssh-keygen -A >/dev/null
# as an init does: what is killed is started again
keep() { while :; do "$@" >>"/var/log/${1##*/}.log" 2>&1; sleep 1; done; }
keep dockerd &
keep /usr/sbin/sshd -D -e &
trap 'kill "$(cat /run/docker.pid)" 2>/dev/null; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do [ -e /run/docker.pid ] || break; sleep 1; done; exit 0' TERM
wait
