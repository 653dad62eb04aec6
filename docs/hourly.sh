#!/bin/sh
# One run of all flows, for cron: hourly.sh FOLDER (docs/cron.md). In the folder
# are env, the variables, and plans.yaml. It prints what people have to know and
# nothing else, so that cron mails just that; the rest is in log.
set -u
umask 077
cd "$1" || exit 2
exec 9>lock
flock -n 9 || { echo "$1: the run before is still going" && exit 1; }
set -a
# shellcheck disable=SC1091
. ./env
set +a
# One day for the whole run, also over midnight.
ZDSYNC_DATE="$(date -u +%F)"
export ZDSYNC_DATE

if [ -d data ]; then rm -rf last && mv data last; fi
if [ -d last ]; then export ZDSYNC_SINCE=last; fi
echo "=== $(date -u)" >>log
failed=''

# stage <command>...: 3 and 5 leave rows to people, who are told.
stage() {
  zd-sfdc-sync "$@" >>log 2>&1
  case $? in
  0 | 3 | 5) ;;
  *) failed="$failed, $*" && return 1 ;;
  esac
}

# The partners are read before the customers, and the partner flow gathers what
# the global one has written.
if stage salesforce partner && stage salesforce customer && stage zendesk-gather global && stage zendesk-gather usgov && stage processor; then
  if stage compare usgov; then stage sync usgov; fi
  if stage compare global && stage sync global; then
    if stage zendesk-gather partner && stage compare partner; then stage sync partner; fi
  fi
fi

mkdir -p runs
tar -czf "runs/$(date -u +%Y-%m-%dT%H%M%S).tar.gz" data 2>>log
find runs -name '*.tar.gz' -mtime +7 -delete

if [ -n "$failed" ]; then
  zd-sfdc-sync notify --failed "${failed#, }" 2>&1 | tee -a log
  exit 1
fi
zd-sfdc-sync notify 2>&1 | tee -a log | grep -v '^nothing new'
[ -z "${HEARTBEAT_URL:-}" ] || curl --fail --silent --show-error --max-time 30 --output /dev/null "$HEARTBEAT_URL"
exit 0
