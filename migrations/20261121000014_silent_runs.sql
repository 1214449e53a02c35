-- Why: an answer whose instance has died is to be found by any other that lives, whoever asked for it. Which
-- person's it is is not known then, so this one question is asked across all of them.
--
-- Few runs are running at a time, and a heartbeat changes no column of the index, so that it stays cheap.
create index run_running on run (user_id, id) where status <> 'ended';

-- It lets through what is not ended alone, and only inside the function below, whose result is whose run it
-- is and which: no chat, no message, no owner.
create policy silent_runs on run for select
    using (status <> 'ended' and current_setting('app.looks_for_silent_runs', true) = 'yes');

create function silent_runs(heard_before timestamptz, at_most integer)
returns table (user_id text, run_id uuid)
language plpgsql security definer
set search_path from current
as $$
begin
    perform set_config('app.looks_for_silent_runs', 'yes', true);
    return query
        select run.user_id, run.id
        from run
        where run.status <> 'ended' and run.heartbeat_at < heard_before
        order by run.heartbeat_at
        limit at_most;
    perform set_config('app.looks_for_silent_runs', '', true);
end
$$;
