-- Why: a chat's messages are a tree (a question that was edited, an answer that was written again), of
-- which one branch is shown; and a run has an owner, so that another instance can take it on when its
-- owner is gone. What a model saw is kept with its run.
alter table chat
    add column head_id uuid,
    add column persona text not null default 'plain',
    add column titled_by_person boolean not null default false,
    add column summary json;

alter table message add column parent_id uuid;

alter table run
    add column owner text not null default '',
    add column epoch bigint not null default 0,
    add column heartbeat_at timestamptz not null default 'epoch';

create table run_record (
    user_id text not null,
    run_id uuid not null,
    model text not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    steps json not null,
    is_cut boolean not null,
    created_at timestamptz not null,
    primary key (user_id, run_id),
    foreign key (user_id, run_id) references run (user_id, id) on delete cascade
);

alter table run_record enable row level security;
alter table run_record force row level security;
create policy own_rows on run_record
    using (user_id = current_setting('app.user_id', true))
    with check (user_id = current_setting('app.user_id', true));

-- What is there already becomes one branch, in the order in which it was written. The rows of every
-- person are touched, so their owner is let past the policies for as long as that takes. Titles that
-- are there stay as they are.
alter table chat no force row level security;
alter table message no force row level security;

update message set parent_id = earlier.id
from (
    select user_id, id as follower, lag(id) over (partition by user_id, chat_id order by id) as id
    from message
) as earlier
where message.user_id = earlier.user_id and message.id = earlier.follower and earlier.id is not null;

update chat set head_id = (
    select id from message
    where message.user_id = chat.user_id and message.chat_id = chat.id
    order by id desc
    limit 1
);
update chat set titled_by_person = true where head_id is not null;

alter table chat force row level security;
alter table message force row level security;

create index message_branch on message (user_id, chat_id, parent_id, id);

-- A message without a parent follows the one that is shown, and is shown then; one that is its own
-- parent begins the chat anew. A trigger, so that what an instance of an earlier version writes, still
-- running during a deployment, comes into the branch too.
create function link_message() returns trigger language plpgsql as $$
begin
    if new.parent_id is null then
        select head_id into new.parent_id from chat where user_id = new.user_id and id = new.chat_id;
    elsif new.parent_id = new.id then
        new.parent_id := null;
    end if;
    update chat set head_id = new.id where user_id = new.user_id and id = new.chat_id;
    return new;
end
$$;

create trigger link_message before insert on message for each row execute function link_message();
