#!/bin/sh
# Creates the namespace and the search attributes the integration needs. Safe to run at every start.
set -eu

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"

# A new namespace reaches the frontends' caches within some seconds.
tries=0
until temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" \
  --name TenantUid --type Keyword \
  --name StoreUid --type Keyword \
  --name OrderNumber --type Keyword \
  --name Direction --type Keyword \
  --name SyncState --type Keyword \
  --name FailureType --type Keyword; do
  tries=$((tries + 1))
  [ "$tries" -lt 12 ] || exit 1
  sleep 5
done
