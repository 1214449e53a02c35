-- Why: a change that is sent again, after a lost answer or from the journal, must write nothing.
--
-- Every table of Lakeledger is keyed by user first, so that two users may hold rows of the same ids
-- and a conflict never tells of somebody else's row; and forces row-level security, so that a query
-- that forgot its user finds nothing. `app.user_id` is set for one transaction at a time; unset, it
-- is null or empty and meets no row, since user_id is never empty.
create table applied_change (
    user_id text not null check (user_id <> ''),
    id uuid not null,
    applied_at timestamptz not null,
    primary key (user_id, id)
);

alter table applied_change enable row level security;
alter table applied_change force row level security;
create policy own_rows on applied_change
    using (user_id = current_setting('app.user_id', true))
    with check (user_id = current_setting('app.user_id', true));
