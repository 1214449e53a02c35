\set chat random(1, 200)
select id, role, body, created_at_ms from message where chat_id = :chat order by id desc limit 50;
