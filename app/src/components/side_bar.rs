//! The history and the way to every page.

use domain::{Chat, ChatId};
use jiff::{civil::Date, tz::TimeZone};
use leptos::prelude::*;

use super::{Icon, SearchFields, SearchFilters, Section, Symbol};
use crate::{
    format::{self, Locale},
    visit::Theme,
};

/// Chats of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HistoryGroup {
    pub(crate) heading: String,
    pub(crate) chats: Vec<(ChatId, String)>,
}

impl HistoryGroup {
    /// Groups chats, newest first, under the days they were last written in.
    pub(crate) fn of(chats: &[Chat], today: Date, locale: Locale) -> Vec<Self> {
        let mut groups: Vec<(Date, Self)> = Vec::new();
        for chat in chats {
            let day = chat.updated_at.to_zoned(TimeZone::UTC).date();
            let entry = (chat.id, chat.title.as_str().to_owned());
            match groups.last_mut() {
                Some((last, group)) if *last == day => group.chats.push(entry),
                _ => {
                    let heading = format::day_heading(day, today, locale);
                    groups.push((day, Self { heading, chats: vec![entry] }));
                }
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }
}

/// What the side bar shows.
#[derive(Debug, Clone)]
pub(crate) struct SideBarModel {
    pub(crate) history: Vec<HistoryGroup>,
    pub(crate) has_more: bool,
    pub(crate) section: Section,
    pub(crate) person_name: Option<String>,
    pub(crate) theme: Theme,
    pub(crate) here: String,
}

/// The history and the way to every page; on a narrow screen a drawer.
#[component]
pub(crate) fn SideBar(model: SideBarModel) -> impl IntoView {
    let SideBarModel { history, has_more, section, person_name, theme, here } = model;
    view! {
        <aside class="side-bar" id="side-bar" popover="auto" aria-label="Side bar">
            <a class="brand" href="/">
                <svg class="brand-mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
                    <path d="M3 15c3 0 3-2 6-2s3 2 6 2 3-2 6-2M3 19c3 0 3-2 6-2s3 2 6 2 3-2 6-2M7 10V5m5 5V3m5 7V7" />
                </svg>
                "Lakeledger"
            </a>
            <a class="button new-chat" href="/" aria-current=(section == Section::NewChat).then_some("page")>
                <Icon symbol=Symbol::Plus />
                "New chat"
            </a>
            <form class="search" role="search" method="get" action="/">
                <label class="visually-hidden" for="search">"Search chats"</label>
                <Icon symbol=Symbol::Search />
                <input id="search" type="search" name="q" placeholder="Search chats" autocomplete="off" />
                <kbd aria-hidden="true">"/"</kbd>
                <div class="search-filters">
                    <SearchFilters fields=SearchFields::default() errors=Vec::new() id_prefix="search-" />
                    <button class="button" data-kind="primary">"Search"</button>
                </div>
            </form>
            <nav class="history" aria-label="Chats" id="history">
                <History history section has_more />
            </nav>
            <nav class="places" aria-label="Pages">
                <Place to=Section::Money href="/money" symbol=Symbol::Money words="Money" section />
                <Place to=Section::Imports href="/money/imports" symbol=Symbol::Import words="Imports" section />
                <Place to=Section::Insights href="/insights" symbol=Symbol::Insights words="Insights" section />
                <Place to=Section::Profile href="/profile" symbol=Symbol::Person words="Profile" section />
                <Place
                    to=Section::Assistant
                    href="/assistant"
                    symbol=Symbol::Assistant
                    words="Assistant"
                    section
                />
                <Place to=Section::Status href="/status" symbol=Symbol::Status words="Status" section />
            </nav>
            <form class="theme" method="post" action="/theme">
                <input type="hidden" name="return_to" value=here />
                <fieldset>
                    <legend class="visually-hidden">"Theme"</legend>
                    {Theme::ALL
                        .map(|choice| {
                            let pressed = if choice == theme { "true" } else { "false" };
                            view! {
                                <button name="theme" value=choice.as_str() aria-pressed=pressed>
                                    {choice.label()}
                                </button>
                            }
                        })
                        .collect_view()}
                </fieldset>
            </form>
            {person_name.map(|name| view! { <p class="person">{name}</p> })}
        </aside>
    }
    .into_any()
}

/// Chats by day, the newest first.
#[component]
pub(crate) fn History(history: Vec<HistoryGroup>, section: Section, has_more: bool) -> impl IntoView {
    let groups = history
        .into_iter()
        .map(|group| {
            let chats = group
                .chats
                .into_iter()
                .map(|(id, title)| {
                    let current = (section == Section::Chat(id)).then_some("page");
                    view! {
                        <li>
                            <a href=format!("/chats/{id}") aria-current=current>{title}</a>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <section class="history-group">
                    <h2>{group.heading}</h2>
                    <ul>{chats}</ul>
                </section>
            }
        })
        .collect_view();
    view! {
        {groups}
        {has_more.then(|| view! { <a class="history-more" href="/?q=">"All chats"</a> })}
    }
    .into_any()
}

#[component]
fn Place(
    to: Section,
    href: &'static str,
    symbol: Symbol,
    words: &'static str,
    section: Section,
) -> impl IntoView {
    view! {
        <a href=href aria-current=(to == section).then_some("page")>
            <Icon symbol />
            {words}
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::{FixedClock, Title};
    use jiff::civil::date;

    use super::*;

    fn chat(title: &str, day: Date) -> Chat {
        let clock = FixedClock::on(day);
        Chat {
            id: ChatId::generate(&clock),
            title: Title::new(title).unwrap(),
            created_at: clock.0,
            updated_at: clock.0,
            deleted_at: None,
            head_id: None,
            persona: domain::Persona::default(),
            titled_by_person: false,
            summary: None,
        }
    }

    #[test]
    fn chats_of_one_day_stand_under_one_heading() {
        let chats = [
            chat("a", date(2026, 11, 21)),
            chat("b", date(2026, 11, 21)),
            chat("c", date(2026, 11, 20)),
            chat("d", date(2026, 1, 2)),
        ];
        let groups = HistoryGroup::of(&chats, date(2026, 11, 21), Locale::default());
        let shape: Vec<(&str, usize)> =
            groups.iter().map(|group| (group.heading.as_str(), group.chats.len())).collect();
        assert_eq!(shape, [("Today", 2), ("Yesterday", 1), ("Jan 2, 2026", 1)]);
    }
}
