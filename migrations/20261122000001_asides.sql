-- What a model was asked beside an answer (a title, a summary) stands with what it saw for the answer.
-- An array of json, since jsonb cannot hold every text.
alter table run_record add column asides json[] not null default '{}';
