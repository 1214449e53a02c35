-- Why: chats go after the days that their person has set though the person does not come any more. Who has set
-- some is not known then, so this question is asked across all people, as that for silent runs is.
--
-- It lets through settings of privacy alone, and only inside the function below, whose result is who has one:
-- not what it says. What is to go is then looked for and deleted as that person.
create policy retaining_users on setting for select
    using (kind = 'privacy' and current_setting('app.looks_for_retaining_users', true) = 'yes');

create function retaining_users()
returns setof text
language plpgsql security definer
set search_path from current
as $$
begin
    perform set_config('app.looks_for_retaining_users', 'yes', true);
    return query
        select setting.user_id
        from setting
        where setting.kind = 'privacy' and setting.body ->> 'retention_days' is not null;
    perform set_config('app.looks_for_retaining_users', '', true);
end
$$;
