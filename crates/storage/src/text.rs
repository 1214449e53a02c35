//! What text a store can hold.

use domain::{Split, ToolWrite, ToolWriteOrigin, TransactionDetails, TransactionEdit};

/// `text` with `U+FFFD` in place of `U+0000`, which PostgreSQL's text cannot hold.
pub fn storable<T: AsRef<str> + From<String>>(text: T) -> T {
    if text.as_ref().contains('\0') { text.as_ref().replace('\0', "\u{FFFD}").into() } else { text }
}

/// An edit whose texts are [`storable`].
pub fn storable_edit(edit: TransactionEdit) -> TransactionEdit {
    TransactionEdit {
        payee: edit.payee.map(storable),
        note: edit.note.map(storable),
        splits: edit.splits.map(storable_splits),
        category: edit.category,
        transfer: edit.transfer,
    }
}

/// Details whose texts are [`storable`].
pub fn storable_details(mut details: TransactionDetails) -> TransactionDetails {
    details.note = storable(details.note);
    details.splits = storable_splits(details.splits);
    for past in &mut details.history {
        past.before = storable_edit(std::mem::take(&mut past.before));
    }
    details
}

fn storable_splits(splits: Vec<Split>) -> Vec<Split> {
    splits.into_iter().map(|part| Split { note: storable(part.note), ..part }).collect()
}

/// A tool's write whose texts are [`storable`].
pub fn storable_tool_write(write: ToolWrite) -> ToolWrite {
    ToolWrite {
        tool: storable(write.tool),
        input: storable(write.input),
        preview: storable(write.preview),
        outcome: write.outcome.map(storable),
        origin: match write.origin {
            ToolWriteOrigin::Mcp { client } => ToolWriteOrigin::Mcp { client: storable(client) },
            origin @ ToolWriteOrigin::Chat { .. } => origin,
        },
        ..write
    }
}
