-- Why: chats are searched by their words. The program cuts and folds them, so that every store finds the
-- same; here they are kept as a tsvector, each word behind a key of its user, so that what others wrote
-- makes nobody's search slower.
--
-- Row-level security stands before every condition of a query, and no index may answer a condition
-- behind it that is not known to be leakproof: `@@` is not. So the search itself is the policy: of these
-- rows one sees those that fit `app.search`, and the planner may use the index for it. Rows that
-- contain the word of a chat ('key#chat') are found by that.
create table message_words (
    user_id text not null check (user_id <> ''),
    message_id uuid not null,
    chat_id uuid not null,
    role text not null,
    created_at timestamptz not null,
    words tsvector not null,
    primary key (user_id, message_id),
    foreign key (user_id, message_id) references message (user_id, id) on delete cascade
);

create index message_words_words on message_words using gin (words) with (fastupdate = off);

alter table message_words enable row level security;
alter table message_words force row level security;
create policy found_rows on message_words
    using (
        user_id = current_setting('app.user_id', true)
        and words @@ (nullif(current_setting('app.search', true), ''))::tsquery
    )
    with check (user_id = current_setting('app.user_id', true));

-- Titles are few, and are looked through.
alter table chat add column title_words tsvector;

-- What still has to be cut into words: everything from before this change, and what an instance of an
-- earlier version writes.
alter table message add column has_words boolean not null default false;
create index message_without_words on message (user_id, id) where not has_words;

create function forget_words_of_message() returns trigger language plpgsql as $$
begin
    new.has_words := false;
    return new;
end
$$;

create trigger forget_words_of_message before update of parts on message
    for each row execute function forget_words_of_message();

create function forget_words_of_title() returns trigger language plpgsql as $$
begin
    new.title_words := null;
    return new;
end
$$;

create trigger forget_words_of_title before update of title on chat
    for each row when (new.title is distinct from old.title) execute function forget_words_of_title();
