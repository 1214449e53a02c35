//! `/assistant`: what the assistant waits for, remembers, may use and has changed.

mod memories;
mod privacy;
mod summaries;
mod tools;
mod writes;

use domain::{Chat, Remembered, ToolWrite, ToolWriteStatus};
use futures::try_join;
use leptos::prelude::*;
use operations::OperationError;
use storage::{ChatFilter, PageRequest, ToolWriteFilter};

use self::{
    memories::Memories,
    privacy::PrivacyCard,
    summaries::Summaries,
    tools::Tools,
    writes::{Waiting, Written},
};
use super::FormAttempt;
use crate::{
    ToolCatalogue,
    components::{ErrorSummary, Frame, FrameModel, Section, page},
    visit::Visit,
};

/// Changes that are shown; older ones are in the export.
const WRITES: u16 = 50;
/// Chats whose summary is shown; those of older ones come up as these are forgotten.
const SUMMARIES: u16 = 50;

struct AssistantModel {
    frame: FrameModel,
    memories: Vec<Remembered>,
    summarised: Vec<Chat>,
    has_more_summarised: bool,
    waiting: Vec<ToolWrite>,
    written: Vec<ToolWrite>,
    tools: ToolCatalogue,
    retention_days: Option<u32>,
    attempt: Option<FormAttempt>,
}

async fn load(visit: Visit, attempt: Option<FormAttempt>) -> Result<AssistantModel, OperationError> {
    let (operations, user) = (visit.operations(), visit.user());
    let (filter, request) = (ToolWriteFilter::default(), PageRequest::first(WRITES));
    let with_summary = ChatFilter { summarised: true, ..ChatFilter::default() };
    let chats = PageRequest::first(SUMMARIES);
    let (frame, listed, memories, summarised, tools, retention_days) = try_join!(
        FrameModel::load(&visit, Section::Assistant),
        operations.list_tool_writes(user, &filter, &request),
        operations.list_memories(user),
        operations.list_chats(user, &with_summary, &chats),
        visit.state.tools(user),
        operations.retention_days(user),
    )?;
    let (waiting, written) =
        listed.items.into_iter().partition(|write| write.status == ToolWriteStatus::Pending);
    Ok(AssistantModel {
        frame,
        memories,
        has_more_summarised: summarised.next_cursor.is_some(),
        summarised: summarised.items,
        waiting,
        written,
        tools,
        retention_days,
        attempt,
    })
}

/// `/assistant`: what the assistant waits for, remembers, may use and has changed.
#[component]
pub(crate) fn AssistantPage() -> impl IntoView {
    page(load(Visit::of_request(), FormAttempt::of_request()), |model| {
        let locale = model.frame.locale;
        let errors = model.attempt.as_ref().map(|attempt| attempt.errors.clone()).unwrap_or_default();
        view! {
            <Frame model=model.frame title="Assistant">
                <h1>"Assistant"</h1>
                <ErrorSummary errors />
                {(!model.waiting.is_empty()).then(|| view! { <Waiting writes=model.waiting /> })}
                <Memories memories=model.memories attempt=model.attempt.clone() locale />
                <Summaries chats=model.summarised has_more=model.has_more_summarised locale />
                <Tools tools=model.tools.tools unavailable=model.tools.unavailable />
                <Written writes=model.written locale />
                <PrivacyCard retention_days=model.retention_days attempt=model.attempt />
            </Frame>
        }
    })
}
