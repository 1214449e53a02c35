-- Why: a message that follows the one that is shown became the one that is shown, one update of its chat for
-- each. Within a transaction every such update has to pass all versions of the row before it: ten thousand
-- messages took 15 s. Now a statement that writes many updates each chat once; which message is the last is
-- kept in settings of the transaction meanwhile.
create function show_linked_message() returns trigger language plpgsql as $$
declare
    linked text := current_setting('app.linked', true);
begin
    if linked <> '' then
        update chat set head_id = (linked::json ->> 'head')::uuid
        where user_id = linked::json ->> 'user' and id = (linked::json ->> 'chat')::uuid;
        perform set_config('app.linked', '', true);
    end if;
    return null;
end
$$;

create or replace function link_message() returns trigger language plpgsql as $$
declare
    linked json := nullif(current_setting('app.linked', true), '')::json;
    shown uuid;
begin
    if linked ->> 'chat' = new.chat_id::text and linked ->> 'user' = new.user_id then
        shown := (linked ->> 'head')::uuid;
    else
        if linked is not null then
            update chat set head_id = (linked ->> 'head')::uuid
            where user_id = linked ->> 'user' and id = (linked ->> 'chat')::uuid;
        end if;
        select head_id into shown from chat where user_id = new.user_id and id = new.chat_id;
    end if;
    if new.parent_id is null then
        new.parent_id := shown;
    elsif new.parent_id = new.id then
        new.parent_id := null;
    end if;
    perform set_config(
        'app.linked', json_build_object('user', new.user_id, 'chat', new.chat_id, 'head', new.id)::text, true
    );
    return new;
end
$$;

create trigger show_linked_message after insert on message
    for each statement execute function show_linked_message();
