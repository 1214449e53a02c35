-- Why: what an answer takes for today is the day that it was where the person is when they asked, on whichever
-- instance the answer is written. Runs from before have none.
alter table run add column today date;
