//! Parts that several pages share.

mod banner;
mod chat_search;
mod composer;
mod export_menu;
mod field;
mod frame;
mod icon;
mod money_places;
mod side_bar;
mod upload;

pub(crate) use banner::StorageBanner;
pub(crate) use chat_search::{SearchFields, SearchFilters};
pub(crate) use composer::Composer;
pub(crate) use export_menu::{ExportLinks, ExportMenu};
pub(crate) use field::{
    DATE_WRITTEN, ErrorSummary, FieldProblem, SelectField, TextField, error_for, parsed, refused,
};
pub(crate) use frame::{Frame, FrameModel, HISTORY_LENGTH, Section, page};
pub(crate) use icon::{Icon, Symbol};
pub(crate) use money_places::{MoneyPlace, MoneyPlaces};
pub(crate) use side_bar::{History, HistoryGroup, SideBar, SideBarModel};
pub(crate) use upload::UploadForm;
