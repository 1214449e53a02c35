-- Why: what a person sets beside the profile: rules, budgets, remembered columns, exchange rates. Each is
-- read and replaced as a whole, and all of a person's together, so one table holds them all; json and
-- not jsonb keeps them as they were written.
create table setting (
    user_id text not null check (user_id <> ''),
    id uuid not null,
    kind text not null,
    body json not null,
    saved_at timestamptz not null,
    primary key (user_id, id)
);

alter table setting enable row level security;
alter table setting force row level security;
create policy own_rows on setting
    using (user_id = current_setting('app.user_id', true))
    with check (user_id = current_setting('app.user_id', true));
