-- Why: questions are answered from the whole ledger. A million rows one by one take the database longer to
-- put together than the answer takes; packed, a few large values, they are read in a tenth of that.
-- A pack is a ledger as it was at a version; what changed since is in ledger_change, one row for each
-- version. A version without its row was written by an earlier program, and the rows are read one by one.
create table ledger_pack (
    user_id text not null check (user_id <> ''),
    version bigint not null,
    part integer not null,
    rows bytea not null,
    primary key (user_id, version, part),
    -- With this an erasure waits for a pack that is being written, and takes it along.
    foreign key (user_id) references ledger_version (user_id) on delete cascade
);

-- Packing again what is packed takes time and saves nothing.
alter table ledger_pack alter column rows set storage external;

create table ledger_change (
    user_id text not null check (user_id <> ''),
    version bigint not null,
    -- How many rows have to be read again. Where they are too many, their ids are not listed.
    touched bigint not null,
    transaction_ids uuid[] not null,
    import_id uuid,
    primary key (user_id, version)
);

do $$
declare
    name text;
begin
    foreach name in array array['ledger_pack', 'ledger_change'] loop
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
