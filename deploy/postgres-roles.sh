#!/bin/sh
# Runs once, when the database is made: a role for the app that owns nothing. It reads and writes rows; it
# cannot drop a table, make a role or run a program.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -d foyer -v password="$APP_PASSWORD" <<'SQL'
create role foyer_app login password :'password';
grant usage on schema public to foyer_app;
alter default privileges in schema public grant select, insert, update, delete on tables to foyer_app;
alter default privileges in schema public grant usage on sequences to foyer_app;
SQL
