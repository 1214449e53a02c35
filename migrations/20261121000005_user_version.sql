-- Why: what a person sees is read far more often than it changes. The version counts up with every
-- change of a person's, whichever instance makes it, so that an instance can tell by one look whether
-- what it read before is still true.
--
-- A trigger, so that an instance of an earlier version, still running during a deployment, counts too.
create table user_version (
    user_id text not null primary key check (user_id <> ''),
    version bigint not null
);

alter table user_version enable row level security;
alter table user_version force row level security;
create policy own_rows on user_version
    using (user_id = current_setting('app.user_id', true))
    with check (user_id = current_setting('app.user_id', true));

create function count_user_version_up() returns trigger language plpgsql as $$
begin
    insert into user_version (user_id, version) values (new.user_id, 1)
    on conflict (user_id) do update set version = user_version.version + 1;
    return null;
end
$$;

create trigger count_user_version_up after insert on applied_change
    for each row execute function count_user_version_up();
