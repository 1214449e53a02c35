-- 200 chats of 60 messages, 50 of which are 20 kB; and the same for 5 users, behind row-level security.
create role :"client_id" login;
create table message (
    id bigint generated always as identity primary key,
    chat_id bigint not null,
    role text not null,
    body text not null,
    created_at_ms bigint not null
);
insert into message (chat_id, role, body, created_at_ms)
select chat, case when turn % 2 = 0 then 'assistant' else 'user' end, repeat(md5(chat || '-' || turn), 12), 1700000000000 + turn
from generate_series(1, 60) as turn, generate_series(1, 200) as chat;
create index message_by_chat on message (chat_id, id);

create table tenant_message (
    user_id text not null,
    id bigint generated always as identity,
    chat_id bigint not null,
    role text not null,
    body text not null,
    created_at_ms bigint not null,
    primary key (user_id, chat_id, id)
);
insert into tenant_message (user_id, chat_id, role, body, created_at_ms)
select 'user-' || person, chat_id, role, body, created_at_ms from message, generate_series(1, 5) as person order by message.id;
alter table tenant_message enable row level security;
alter table tenant_message force row level security;
create policy tenant on tenant_message using (user_id = current_setting('app.user_id', true));

grant select on message, tenant_message to public;
vacuum analyze;
