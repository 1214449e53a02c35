//! What surrounds every page's own content: side bar, banner, heading row, notices.

use std::{future::Future, sync::Arc};

use domain::{ChatId, Profile};
use futures::join;
use leptos::prelude::*;
use leptos_meta::Title;
use operations::{OperationError, if_known};
use storage::{ChatFilter, PageRequest, StorageStatus};

use super::{HistoryGroup, Icon, SideBar, SideBarModel, StorageBanner, Symbol};
use crate::{
    format::Locale,
    islands::Shortcuts,
    pages::problem_view,
    render::document_title_html,
    visit::{Theme, Visit, here, locale_of},
};

/// Chats that the side bar shows; the rest is behind "All chats".
pub(crate) const HISTORY_LENGTH: u16 = 40;

/// Where a page stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    NewChat,
    Chat(ChatId),
    Money,
    Imports,
    Insights,
    Profile,
    Assistant,
    Status,
    Elsewhere,
}

/// What surrounds a page's own content.
#[derive(Clone)]
pub(crate) struct FrameModel {
    pub(crate) side_bar: SideBarModel,
    pub(crate) status: StorageStatus,
    /// None while it is in a database that is away.
    pub(crate) profile: Option<Arc<Profile>>,
    pub(crate) locale: Locale,
}

impl FrameModel {
    /// Reads what surrounds a page.
    pub(crate) async fn load(visit: &Visit, section: Section) -> Result<Self, OperationError> {
        let (here, theme) = (here(), Theme::of_request());
        let (filter, request) = (ChatFilter::default(), PageRequest::first(HISTORY_LENGTH));
        // At once, so that a store which looks before it reads looks once.
        let (profile, chats) =
            join!(visit.profile(), visit.operations().list_chats(visit.user(), &filter, &request));
        let (profile, chats) = (if_known(profile)?, chats?);
        let locale = locale_of(profile.as_ref());
        let person_name = profile
            .as_ref()
            .and_then(|profile| profile.display_name.clone())
            .or_else(|| visit.person.name.clone())
            .or_else(|| visit.person.email.clone());
        let side_bar = SideBarModel {
            history: HistoryGroup::of(&chats.items, visit.today(), locale),
            has_more: chats.next_cursor.is_some(),
            section,
            person_name,
            theme,
            here,
        };
        Ok(Self { side_bar, status: visit.state.store.status(), profile: profile.map(Arc::new), locale })
    }
}

/// A page's content in its frame.
#[component]
pub(crate) fn Frame(
    model: FrameModel,
    #[prop(into)] title: String,
    /// `chat` scrolls under its composer; `page` is read from the top.
    #[prop(default = "page")]
    layout: &'static str,
    children: Children,
) -> impl IntoView {
    let document_title = document_title_html(&title);
    view! {
        <Title text=document_title />
        <a class="skip-link" href="#main">"Skip to the content"</a>
        <div class="frame" data-layout=layout>
            <header class="top-bar">
                <button class="menu-button" type="button" popovertarget="side-bar">
                    <Icon symbol=Symbol::Menu />
                    <span class="visually-hidden">"Menu"</span>
                </button>
                <a class="top-bar-brand" href="/">"Lakeledger"</a>
                <a class="top-bar-new" href="/">
                    <Icon symbol=Symbol::Plus />
                    <span class="visually-hidden">"New chat"</span>
                </a>
            </header>
            <SideBar model=model.side_bar />
            <div class="content">
                <StorageBanner status=model.status />
                <main id="main" tabindex="-1">{children()}</main>
            </div>
        </div>
        <Shortcuts />
    }
    .into_any()
}

/// A page: loads its data, then shows it; or shows why it cannot.
pub(crate) fn page<M, V>(
    load: impl Future<Output = Result<M, OperationError>> + Send + 'static,
    show: impl FnOnce(M) -> V + Send + 'static,
) -> impl IntoView
where
    M: Send + 'static,
    V: IntoView + 'static,
{
    Suspend::new(async move {
        match load.await {
            Ok(model) => show(model).into_any(),
            Err(error) => problem_view(&error).await,
        }
    })
}
