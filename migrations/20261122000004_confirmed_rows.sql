-- Why: undoing an import took along rows that other files had too, because nothing told that they had: a row is
-- of the import that brought it, and of those after it only a count of duplicates was kept. Which transactions
-- stood in the place of those is kept now, and in which line; undone, an import hands such rows on.
--
-- Lists in the import's row, not a row for each: they are written with it and read when one is undone, and a
-- file of a million rows that is imported again costs 20 MB. They name transactions that may be gone since.
-- Of imports from before nothing is known: theirs are empty, as in what an earlier program writes.
alter table import
    add column confirmed_ids uuid[] not null default '{}',
    add column confirmed_lines bigint[] not null default '{}';

-- Ids do not become smaller.
alter table import alter column confirmed_ids set storage external;
