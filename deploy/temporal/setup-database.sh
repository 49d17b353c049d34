#!/bin/sh
# Creates or upgrades the two databases of the Temporal server. Safe to run at every start: an existing schema is only
# brought up to this version.
set -eu

tool() {
  database="$1"
  shift
  temporal-sql-tool --plugin postgres12 --ep "${POSTGRES_HOST:-postgresql}" -p "${POSTGRES_PORT:-5432}" -u "$POSTGRES_USER" --db "$database" "$@"
}

prepare() {
  database="$1"
  schema="${SCHEMA_FOLDER:-/etc/temporal/schema}/postgresql/v12/$2/versioned"
  if tool "$database" update-schema -d "$schema"; then
    return
  fi
  # Not there yet. The database itself may be: PostgreSQL's image creates the first one.
  tool "$database" create || echo "The database $database may exist already; going on."
  tool "$database" setup-schema -v 0.0
  tool "$database" update-schema -d "$schema"
}

prepare temporal temporal
prepare temporal_visibility visibility
