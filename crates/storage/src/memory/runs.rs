//! One user's messages and the runs that write them: what each change does to them.

use domain::{
    Aside, Chat, ChatId, Message, MessageId, MessageStatus, Part, Run, RunEvent, RunId, RunRecord, RunStatus,
};
use jiff::Timestamp;
use uuid::Uuid;

use super::user::{Refusal, RunRows, UserState, known, right, unless_done};
use crate::{Applied, text::storable};

impl UserState {
    pub(super) fn check_message(
        &self,
        chat: Option<&Chat>,
        question: &Message,
        answer: &Message,
        run: &Run,
    ) -> Result<Applied, Refusal> {
        known(chat.is_some() || self.chats.contains_key(&question.chat_id))?;
        if let (Some(_), Some(parent)) = (answer.parent_id, question.parent_id) {
            self.check_parent(question.chat_id, parent)?;
        }
        let taken = [question.id, answer.id].iter().any(|id| self.chat_of_message.contains_key(id))
            || self.runs.contains_key(&run.id);
        Ok(unless_done(taken))
    }

    pub(super) fn check_answer(&self, answer: &Message, run: &Run) -> Result<Applied, Refusal> {
        known(self.chats.contains_key(&answer.chat_id))?;
        if let Some(parent) = answer.parent_id {
            self.check_parent(answer.chat_id, parent)?;
        }
        let taken = self.chat_of_message.contains_key(&answer.id) || self.runs.contains_key(&run.id);
        Ok(unless_done(taken))
    }

    pub(super) fn check_branch(&self, chat: ChatId, head: MessageId) -> Result<Applied, Refusal> {
        let shown = self.chat(chat)?.head_id;
        self.check_parent(chat, head)?;
        Ok(unless_done(shown == Some(head)))
    }

    fn check_parent(&self, chat: ChatId, parent: MessageId) -> Result<Applied, Refusal> {
        match self.chat_of_message.get(&parent) {
            Some(of) => right(*of == chat),
            None => Err(Refusal::Absent),
        }
    }

    pub(super) fn check_claim(&self, id: RunId, epoch: u32) -> Result<Applied, Refusal> {
        let run = &self.run(id)?.run;
        Ok(unless_done(run.status == RunStatus::Ended || run.epoch.checked_add(1) != Some(epoch)))
    }

    pub(super) fn check_release(&self, id: RunId, epoch: u32) -> Result<Applied, Refusal> {
        let run = &self.run(id)?.run;
        Ok(unless_done(run.status == RunStatus::Ended || run.epoch != epoch || run.is_released()))
    }

    pub(super) fn check_events(
        &self,
        id: RunId,
        epoch: u32,
        events: &[RunEvent],
    ) -> Result<Applied, Refusal> {
        let rows = self.run(id)?;
        if rows.run.epoch != epoch {
            return Ok(Applied::Before);
        }
        known(rows.events_are_known)?;
        right(rows.is_followed_by(events))
    }

    pub(super) fn check_seal(&self, id: RunId, message: MessageId, epoch: u32) -> Result<Applied, Refusal> {
        let run = &self.run(id)?.run;
        right(run.message_id == message)?;
        Ok(unless_done(run.status == RunStatus::Ended || run.epoch != epoch))
    }

    pub(super) fn send_message(
        &mut self,
        chat: Option<Chat>,
        mut question: Message,
        mut answer: Message,
        run: Run,
        at: Timestamp,
    ) {
        if let Some(chat) = chat {
            self.chats.entry(chat.id).or_insert(chat);
        }
        if answer.parent_id.is_none() {
            match self.chats.get(&question.chat_id) {
                Some(chat) => question.parent_id = chat.head_id,
                None => {
                    self.unlinked.insert(question.id);
                }
            }
            answer.parent_id = Some(question.id);
        }
        self.chat_of_message.insert(question.id, question.chat_id);
        self.messages.insert((question.chat_id, question.id), question);
        self.start_answer(answer, run, at);
    }

    pub(super) fn start_answer(&mut self, answer: Message, run: Run, at: Timestamp) {
        self.with_chat(answer.chat_id, |chat| {
            chat.updated_at = chat.updated_at.max(at);
            chat.head_id = Some(answer.id);
        });
        self.chat_of_message.insert(answer.id, answer.chat_id);
        self.messages.insert((answer.chat_id, answer.id), answer);
        self.runs.insert(run.id, RunRows::of(run, true));
    }

    pub(super) fn claim(&mut self, id: RunId, owner: String, epoch: u32, at: Timestamp) {
        if let Some(rows) = self.runs.get_mut(&id) {
            (rows.run.owner, rows.run.epoch, rows.run.heartbeat_at) = (storable(owner), epoch, at);
        }
    }

    pub(super) fn release(&mut self, id: RunId) {
        if let Some(rows) = self.runs.get_mut(&id) {
            rows.run.heartbeat_at = Timestamp::UNIX_EPOCH;
        }
    }

    pub(super) fn append(&mut self, id: RunId, events: Vec<RunEvent>, at: Timestamp) {
        let Some(rows) = self.runs.get_mut(&id) else { return };
        rows.run.heartbeat_at = at;
        if rows.events_are_known && rows.is_followed_by(&events) {
            let last = rows.events.len() as u64;
            rows.events.extend(events.into_iter().filter(|event| event.number > last));
        }
    }

    pub(super) fn seal(
        &mut self,
        run_id: RunId,
        message_id: MessageId,
        (parts, status): (Vec<Part>, MessageStatus),
        record: Option<Box<RunRecord>>,
        at: Timestamp,
    ) {
        // Of a database's rows, the message may be known where the run is not.
        let chat_of_message = self.chat_of_message.get(&message_id).copied();
        let usage = record.as_ref().map(|record| record.usage());
        let chat_of_run = self.runs.get_mut(&run_id).map(|rows| {
            rows.run.status = RunStatus::Ended;
            rows.record = record;
            rows.run.chat_id
        });
        let Some(chat_id) = chat_of_run.or(chat_of_message) else { return };
        if let Some(usage) = usage {
            self.count_usage(chat_id, usage, at);
        }
        if let Some(message) = self.messages.get_mut(&(chat_id, message_id)) {
            message.parts = parts.into();
            message.status = status;
        }
        self.with_chat(chat_id, |chat| chat.updated_at = chat.updated_at.max(at));
    }

    pub(super) fn record_aside(&mut self, run: RunId, chat: ChatId, aside: Aside, at: Timestamp) {
        self.count_usage(chat, aside.usage(), at);
        if let Some(record) = self.runs.get_mut(&run).and_then(|rows| rows.record.as_mut()) {
            record.asides.push(aside);
        }
    }

    fn run(&self, id: RunId) -> Result<&RunRows, Refusal> {
        self.runs.get(&id).ok_or(Refusal::Absent)
    }

    /// Every message of a chat, by id.
    pub(super) fn messages_of(&self, chat: ChatId) -> impl Iterator<Item = &Message> {
        let all = (chat, Uuid::nil().into())..=(chat, Uuid::max().into());
        self.messages.range(all).map(|(_, message)| message)
    }

    /// The messages that lead to one, from it back, as far as they are here.
    pub(super) fn branch(&self, chat: ChatId, from: Option<MessageId>) -> impl Iterator<Item = &Message> {
        let find = move |id| self.messages.get(&(chat, id));
        std::iter::successors(from.and_then(find), move |message| {
            let is_linked = !self.unlinked.contains(&message.id);
            message.parent_id.filter(|_| is_linked).and_then(find)
        })
    }
}
