#!/bin/bash
# Stands in for the agent: says which variables it was given (never their values: they are credentials), then waits.
echo "trains-agent-services stand-in; environment:"
for name in $(compgen -e | sort); do
  if [ -n "${!name}" ]; then echo "  $name is set"; else echo "  $name is empty"; fi
done
trap 'exit 0' TERM INT
sleep infinity &
wait
