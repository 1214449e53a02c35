-- Why: what a tool wants to change, for the person to decide, and afterwards the record of it. What a
-- person says of an answer stands beside the answer.
create table tool_write (
    user_id text not null check (user_id <> ''),
    id uuid not null,
    tool text not null,
    input text not null,
    preview text not null,
    origin json not null,
    chat_id uuid,
    status text not null,
    outcome text,
    created_at timestamptz not null,
    decided_at timestamptz,
    primary key (user_id, id)
);

create index tool_write_of_chat on tool_write (user_id, chat_id, id desc);

alter table tool_write enable row level security;
alter table tool_write force row level security;
create policy own_rows on tool_write
    using (user_id = current_setting('app.user_id', true))
    with check (user_id = current_setting('app.user_id', true));

-- json, which keeps what a person typed as it is; an instance of an earlier version leaves it alone.
alter table message add column feedback json;
