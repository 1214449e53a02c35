-- Why: conversations, and the runs that write their answers.
--
-- Columns that end in _lower hold the text in lower case as the program folds it: lower() depends on
-- the database's locale, and every store must find the same.
create table chat (
    user_id text not null check (user_id <> ''),
    id uuid not null,
    title text not null,
    title_lower text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    primary key (user_id, id)
);

create index chat_history on chat (user_id, updated_at desc, id desc);

-- A message's parts are shown, never searched by SQL: json, which holds \u0000 too.
create table message (
    user_id text not null,
    id uuid not null,
    chat_id uuid not null,
    role text not null,
    parts json not null,
    status text not null,
    run_id uuid,
    created_at timestamptz not null,
    primary key (user_id, id),
    foreign key (user_id, chat_id) references chat (user_id, id) on delete cascade
);

create index message_of_chat on message (user_id, chat_id, id desc);

create table run (
    user_id text not null,
    id uuid not null,
    chat_id uuid not null,
    message_id uuid not null,
    status text not null,
    started_at timestamptz not null,
    primary key (user_id, id),
    foreign key (user_id, message_id) references message (user_id, id) on delete cascade
);

create index run_of_message on run (user_id, message_id);

create table run_event (
    user_id text not null,
    run_id uuid not null,
    number bigint not null check (number > 0),
    event json not null,
    primary key (user_id, run_id, number),
    foreign key (user_id, run_id) references run (user_id, id) on delete cascade
);

do $$
declare
    name text;
begin
    foreach name in array array['chat', 'message', 'run', 'run_event'] loop
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
