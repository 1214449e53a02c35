//! Line icons, drawn inline: a page needs no second request for them.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    Assistant,
    Import,
    Insights,
    Menu,
    Money,
    Person,
    Plus,
    Search,
    Send,
    Status,
    Upload,
}

impl Symbol {
    /// The path data of a 24 × 24 drawing, stroked.
    const fn path(self) -> &'static str {
        match self {
            Self::Assistant => "M12 4v3M5 8h14v10H5zM2 12v3M22 12v3M9.5 12v1.5M14.5 12v1.5",
            Self::Import => "M12 4v10m-4-4 4 4 4-4M5 19h14",
            Self::Insights => "M5 19V11m5 8V5m5 14v-6m5 6V8",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Money => "M4 7h16v11H4zM4 11h16M8 15h3",
            Self::Person => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20a7 7 0 0 1 14 0",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Search => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4 4",
            Self::Send => "M12 19V5m-6 6 6-6 6 6",
            Self::Status => "M4 13h4l2.5-7 4 12 2.5-5h3",
            Self::Upload => "M12 15V5m-4 4 4-4 4 4M5 15v4h14v-4",
        }
    }
}

/// An icon beside a word; it says nothing by itself.
#[component]
pub(crate) fn Icon(symbol: Symbol) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <path d=symbol.path() />
        </svg>
    }
    .into_any()
}
