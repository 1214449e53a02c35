-- Why: what a person tells of themselves. It is read and replaced as a whole, never searched, so it
-- is one document; json and not jsonb keeps it as it was written.
create table profile (
    user_id text not null primary key check (user_id <> ''),
    profile json not null,
    saved_at timestamptz not null
);

alter table profile enable row level security;
alter table profile force row level security;
create policy own_rows on profile
    using (user_id = current_setting('app.user_id', true))
    with check (user_id = current_setting('app.user_id', true));
