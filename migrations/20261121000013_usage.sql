-- Why: what models take is shown by chat and month and held to a daily budget, which is looked at before
-- every answer. One row a day and chat is read at once; it holds numbers alone and stays when its chat
-- goes for good, so that nobody gets a new budget by deleting chats.
create table model_usage (
    user_id text not null check (user_id <> ''),
    day date not null,
    chat_id uuid not null,
    answers bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    primary key (user_id, day, chat_id)
);

alter table model_usage enable row level security;
alter table model_usage force row level security;
create policy own_rows on model_usage
    using (user_id = current_setting('app.user_id', true))
    with check (user_id = current_setting('app.user_id', true));

-- Days are UTC's.
create function count_usage(
    whose text, at timestamptz, chat uuid, more_answers bigint, more_input bigint, more_output bigint
) returns void language sql as $$
    insert into model_usage (user_id, day, chat_id, answers, input_tokens, output_tokens)
    values (whose, (at at time zone 'UTC')::date, chat, more_answers, more_input, more_output)
    on conflict (user_id, day, chat_id) do update set
        answers = model_usage.answers + excluded.answers,
        input_tokens = model_usage.input_tokens + excluded.input_tokens,
        output_tokens = model_usage.output_tokens + excluded.output_tokens
$$;

-- A trigger, so that what an instance of an earlier version writes, still running during a deployment,
-- counts too.
create function count_run_record() returns trigger language plpgsql as $$
begin
    perform count_usage(new.user_id, new.created_at, run.chat_id, 1, new.input_tokens, new.output_tokens)
    from run
    where run.user_id = new.user_id and run.id = new.run_id;
    return null;
end
$$;

create trigger count_run_record after insert on run_record for each row execute function count_run_record();

-- What is there already counts. The rows of every person are read, so their owner is let past the
-- policies for as long as that takes.
alter table run no force row level security;
alter table run_record no force row level security;
alter table model_usage no force row level security;

insert into model_usage (user_id, day, chat_id, answers, input_tokens, output_tokens)
select
    record.user_id,
    (record.created_at at time zone 'UTC')::date,
    run.chat_id,
    count(*),
    sum(record.input_tokens)::bigint,
    sum(record.output_tokens)::bigint
from run_record as record
join run on run.user_id = record.user_id and run.id = record.run_id
group by 1, 2, 3;

alter table run force row level security;
alter table run_record force row level security;
alter table model_usage force row level security;
