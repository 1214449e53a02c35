-- Why: accounts, transactions and the imports that brought them.
create table import (
    user_id text not null check (user_id <> ''),
    id uuid not null,
    source text not null,
    file_name text not null,
    format text not null,
    account_ids uuid[] not null,
    imported bigint not null,
    duplicates bigint not null,
    skipped bigint not null,
    skipped_rows json not null,
    created_at timestamptz not null,
    undone_at timestamptz,
    primary key (user_id, id)
);

create table account (
    user_id text not null check (user_id <> ''),
    id uuid not null,
    name text not null,
    kind text not null,
    currency text not null,
    number text,
    anchor_date date,
    anchor_balance numeric,
    anchor_currency text,
    import_id uuid not null,
    primary key (user_id, id),
    check (num_nulls(anchor_date, anchor_balance, anchor_currency) in (0, 3))
);

-- What an import did to the balance anchors of its accounts, so that undoing it can give back the
-- ones before.
create table import_account (
    user_id text not null,
    import_id uuid not null,
    account_id uuid not null,
    given_date date,
    given_balance numeric,
    given_currency text,
    before_date date,
    before_balance numeric,
    before_currency text,
    primary key (user_id, import_id, account_id),
    foreign key (user_id, import_id) references import (user_id, id) on delete cascade
);

-- No foreign keys: checking two of them row by row makes an import of 100,000 rows take twice as
-- long. The import checks its accounts once, and nothing deletes an account that has rows.
create table transaction (
    user_id text not null check (user_id <> ''),
    id uuid not null,
    account_id uuid not null,
    import_id uuid not null,
    date date not null,
    amount numeric not null,
    currency text not null,
    payee text not null,
    payee_lower text not null,
    description text not null,
    description_lower text not null,
    category text not null,
    category_source text not null,
    external_id text,
    line bigint not null,
    primary key (user_id, id)
);

create index transaction_by_day on transaction (user_id, date desc, id desc);
create index transaction_of_import on transaction (user_id, import_id);

-- Counts up with every change to a user's accounts or transactions, so that an instance can tell
-- whether the ledger that it holds in memory is still whole.
create table ledger_version (
    user_id text not null primary key check (user_id <> ''),
    version bigint not null
);

do $$
declare
    name text;
begin
    foreach name in array array['import', 'account', 'import_account', 'transaction', 'ledger_version'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format(
            'create policy own_rows on %I
                 using (user_id = current_setting(''app.user_id'', true))
                 with check (user_id = current_setting(''app.user_id'', true))',
            name
        );
    end loop;
end
$$;
