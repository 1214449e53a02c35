-- Why: few transactions have parts, a note, a merchant's code or a history of edits; a column for each
-- would be empty in nearly every row. jsonb, because an edit of many rows adds to their histories in
-- one statement. An instance of an earlier version leaves it as it is.
alter table transaction add column details jsonb;
