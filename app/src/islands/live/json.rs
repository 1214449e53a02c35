//! Reading JSON with the browser's own parser: a parser of ours would be a third of the bundle.

use wasm_bindgen::JsValue;

/// A parsed JSON value.
pub(super) struct Json(JsValue);

impl Json {
    pub(super) fn parse(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text).ok().map(Self)
    }

    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = js_sys::Reflect::get(&self.0, &key.into()).ok()?;
        (!value.is_null() && !value.is_undefined()).then_some(Self(value))
    }

    /// A text member; none when it is not there or no text.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.0.as_string()
    }

    pub(super) fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.0.as_f64()
    }

    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value.0.is_truthy())
    }
}
