-- Accounts: an e-mail address and a password, or a provider that vouches for the person.
alter table users
  add column email text unique,
  add column password_hash text,
  add column bio text not null default '',
  add column picture integer,
  add column recovery_verifier bytea unique,
  add column erased_at timestamptz(3);

create table accounts (
  provider text not null,
  provider_account_id text not null,
  user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz(3) not null default now(),
  primary key (provider, provider_account_id)
);
create index accounts_user_id_idx on accounts (user_id);

-- A signed-in browser. Its cookie is worth nothing once the row is gone.
create table sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  label text not null default '',
  created_at timestamptz(3) not null default now(),
  seen_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);
create index sessions_user_id_idx on sessions (user_id);

-- Verifiers of visitors' secrets that were moved to an account or another browser: they make nobody.
create table spent_verifiers (
  verifier bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  spent_at timestamptz(3) not null default now()
);
create index spent_verifiers_user_id_idx on spent_verifiers (user_id);

-- Links that work once: a password reset, the first admin. Only their verifiers are kept.
create table one_time_links (
  verifier bytea primary key,
  kind text not null check (kind in ('admin', 'reset')),
  user_id uuid references users (id) on delete cascade,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);
create index one_time_links_user_id_idx on one_time_links (user_id);

-- Everything of one person: an export, an erasure, a claim.
create index messages_author_id_idx on messages (author_id);
create index messages_reactions_idx on messages using gin (reactions jsonb_path_ops) where reactions is not null;
create index users_name_trgm_idx on users using gin (name gin_trgm_ops) where kind in ('registered', 'visitor');
