-- Why: a person may have everything of theirs deleted for good, and what other instances have kept of it
-- since before must not come back. What stays is a digest of their key and when that was; counters go on
-- from where they stood, so that no instance takes what it read before for what is there.
create table erased_user (
    user_id text not null primary key,
    erased_at timestamptz not null,
    version bigint not null
);

alter table erased_user enable row level security;
alter table erased_user force row level security;
create policy own_rows on erased_user
    using (user_id = encode(sha256(convert_to(current_setting('app.user_id', true), 'UTF8')), 'hex'))
    with check (user_id = encode(sha256(convert_to(current_setting('app.user_id', true), 'UTF8')), 'hex'));

-- Every table with a user's rows, also those that later migrations add.
create function erase_user(at timestamptz) returns void language plpgsql as $$
declare
    me text := current_setting('app.user_id');
    last_version bigint;
    name text;
begin
    select coalesce(max(version), 0) into last_version from (
        select version from user_version where user_id = me
        union all select version from ledger_version where user_id = me
        union all select version from erased_user
    ) as counted;
    for name in
        select cls.relname
        from pg_class as cls
        join pg_attribute as att on att.attrelid = cls.oid and att.attname = 'user_id'
        where cls.relnamespace = (select relnamespace from pg_class where oid = 'erased_user'::regclass)
            and cls.relkind = 'r' and cls.relname <> 'erased_user'
    loop
        execute format('delete from %I where user_id = $1', name) using me;
    end loop;
    insert into erased_user (user_id, erased_at, version)
    values (encode(sha256(convert_to(me, 'UTF8')), 'hex'), at, last_version + 1)
    on conflict (user_id) do update set erased_at = excluded.erased_at, version = excluded.version;
end
$$;

create or replace function count_user_version_up() returns trigger language plpgsql as $$
begin
    insert into user_version (user_id, version)
    values (new.user_id, 1 + coalesce((select max(version) from erased_user), 0))
    on conflict (user_id) do update set version = user_version.version + 1;
    return null;
end
$$;
