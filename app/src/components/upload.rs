//! Where a bank's file is dropped or chosen.

use leptos::prelude::*;

use super::{Icon, Symbol};
use crate::islands::DropZone;

/// Where a bank's file is dropped or chosen. Without JavaScript a plain file input and a button.
#[component]
pub(crate) fn UploadForm() -> impl IntoView {
    view! {
        <DropZone>
            <form class="upload" method="post" action="/money/imports" enctype="multipart/form-data">
                <Icon symbol=Symbol::Upload />
                <p class="upload-title">"Drop a statement from your bank here"</p>
                <p class="hint" id="upload-hint">"CSV, XLSX, OFX, QFX, QIF, CAMT or MT940. You see what would be imported before anything is."</p>
                <label class="visually-hidden" for="upload-file">"Statement file"</label>
                <input
                    id="upload-file"
                    type="file"
                    name="file"
                    required
                    accept=".csv,.tsv,.txt,.xlsx,.ofx,.qfx,.qif,.xml,.sta,.mt940,.940,.mt942,.942,.swi,text/csv,application/x-ofx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                    aria-describedby="upload-hint"
                />
                <button class="button" data-kind="primary">"Read the file"</button>
                <progress class="upload-progress" max="100" hidden aria-label="Upload"></progress>
                <p class="upload-state" role="status"></p>
            </form>
        </DropZone>
    }
    .into_any()
}
