//! `/runs/{id}`: what the model was sent for an answer.

use domain::{Aside, AsidePurpose, Run, RunId, RunRecord, SeenStep};
use leptos::prelude::*;
use operations::OperationError;

use super::id_param;
use crate::{
    components::{Frame, FrameModel, Section, page},
    format,
    visit::Visit,
};

struct Seen {
    frame: FrameModel,
    run: Run,
    record: Option<RunRecord>,
}

async fn load(visit: Visit, id: Result<RunId, OperationError>) -> Result<Seen, OperationError> {
    let id = id?;
    let run = visit.operations().get_run(visit.user(), id).await?;
    let frame = FrameModel::load(&visit, Section::Chat(run.chat_id)).await?;
    let record = match visit.operations().get_run_record(visit.user(), id).await {
        Ok(record) => Some(record),
        Err(OperationError::NotFound) => None,
        Err(error) => return Err(error),
    };
    Ok(Seen { frame, run, record })
}

/// `/runs/{id}`: what the model was sent for an answer.
#[component]
pub(crate) fn RunRecordPage() -> impl IntoView {
    page(load(Visit::of_request(), id_param()), |seen| {
        let Seen { frame, run, record } = seen;
        let locale = frame.locale;
        let back = format!("/chats/{}#m-{}", run.chat_id, run.message_id);
        let content = match record {
            None => view! {
                <p class="empty">"Nothing is kept about this answer: it is still being made, or it was made before this was kept."</p>
            }
            .into_any(),
            Some(record) => {
                let steps = record.steps.iter().enumerate();
                let steps = steps.map(|(at, step)| step_view(&format!("Step {}", at + 1), step)).collect_view();
                let asides = record.asides.iter().map(|aside| aside_view(aside, locale)).collect_view();
                let sent = !record.steps.is_empty();
                view! {
                    <dl class="facts">
                        <div><dt>"Written by"</dt><dd>{written_by(&record.model)}</dd></div>
                        {sent
                            .then(|| {
                                view! {
                                    <div><dt>"Tokens read"</dt><dd>{format::count(record.input_tokens, locale)}</dd></div>
                                    <div><dt>"Tokens written"</dt><dd>{format::count(record.output_tokens, locale)}</dd></div>
                                }
                            })}
                    </dl>
                    {(!sent)
                        .then(|| {
                            view! { <p class="notice" data-level="info">"Nothing left this program: the answer was computed here."</p> }
                        })}
                    {record
                        .is_cut
                        .then(|| {
                            view! { <p class="notice" data-level="info">"More was sent than is kept here; the beginning is shown."</p> }
                        })}
                    {steps}
                    {asides}
                }
                .into_any()
            }
        };
        view! {
            <Frame model=frame title="What the model saw">
                <h1>"What the model saw"</h1>
                <p><a href=back>"Back to the answer"</a></p>
                {content}
            </Frame>
        }
    })
}

/// The model as a person knows it.
fn written_by(model: &str) -> String {
    if model == "built-in" { "The built-in engine".to_owned() } else { model.to_owned() }
}

/// What was asked beside the answer, once that was written.
fn aside_view(aside: &Aside, locale: format::Locale) -> impl IntoView + use<> {
    let title = match aside.purpose {
        AsidePurpose::Title => "For the chat's title",
        AsidePurpose::Summary => "For the summary of the chat",
    };
    let (read, written) =
        (format::count(aside.input_tokens, locale), format::count(aside.output_tokens, locale));
    let cut = if aside.is_cut { " More was sent than is kept here; the beginning is shown." } else { "" };
    view! {
        {step_view(title, &aside.step)}
        <p class="hint">{format!("Tokens read: {read}, written: {written}; not among those above.{cut}")}</p>
    }
    .into_any()
}

fn step_view(title: &str, step: &SeenStep) -> impl IntoView + use<> {
    let id = title.to_lowercase().replace([' ', '\''], "-");
    let (labelled_by, title) = (id.clone(), title.to_owned());
    let messages = step
        .messages
        .iter()
        .map(|message| {
            view! {
                <li class="seen-message">
                    <h3>{message.role.clone()}</h3>
                    <pre>{message.text.clone()}</pre>
                </li>
            }
        })
        .collect_view();
    let system = step.system.clone();
    let tools = step.tools.join(", ");
    view! {
        <section class="card seen-step" aria-labelledby=labelled_by>
            <h2 id=id>{title}</h2>
            <ul>{messages}</ul>
            <details>
                <summary>"Its task"</summary>
                <pre>{system}</pre>
            </details>
            {(!tools.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary>"Tools it was offered"</summary>
                            <p>{tools}</p>
                        </details>
                    }
                })}
        </section>
    }
    .into_any()
}
