-- Why: a profile that two instances edit while one of them is without the database becomes one, per
-- field, the newest wins. An instance of an earlier version writes the profile whole and leaves the
-- times as they are, which later edits then win over.
alter table profile add column field_times json not null default '{}';
