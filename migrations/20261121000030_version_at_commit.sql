-- Why: the row that counts a person's changes was locked from a change's first statement to its COMMIT. A
-- large import takes a minute; until then nothing else of the person could be written, by any instance.
-- Counted at COMMIT, the lock is held for a moment.
--
-- By then the transaction may speak for another user (changes of several are written together), so the
-- trigger says for whom it counts. A change that is gone again (the person was erased) is not counted.
create or replace function count_user_version_up() returns trigger language plpgsql as $$
begin
    perform set_config('app.user_id', new.user_id, true);
    if not exists (select from applied_change where user_id = new.user_id and id = new.id) then
        return null;
    end if;
    insert into user_version (user_id, version)
    values (new.user_id, 1 + coalesce((select max(version) from erased_user), 0))
    on conflict (user_id) do update set version = user_version.version + 1;
    return null;
end
$$;

drop trigger count_user_version_up on applied_change;
create constraint trigger count_user_version_up after insert on applied_change
    deferrable initially deferred
    for each row execute function count_user_version_up();
