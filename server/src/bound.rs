//! Bounds a tool's result: an agent reads it into its context, where a ledger of ten years has no room.

use serde_json::{Value, json};

/// Bytes of a result's JSON. Larger and one call fills a small model's context; smaller and a table
/// of a year's months loses rows.
const RESULT_MAX_BYTES: usize = 32 * 1024;

/// List lengths that are tried, one after the other.
const LENGTHS: [usize; 5] = [100, 50, 20, 8, 3];
/// Characters of a text in a result that has to be cut.
const TEXT_MAX: usize = 500;

/// The result, cut until it fits; `truncated` says that it was.
pub(crate) fn bounded(value: Value) -> Value {
    bounded_to(value, RESULT_MAX_BYTES)
}

fn bounded_to(value: Value, max_bytes: usize) -> Value {
    if size_bytes(&value) <= max_bytes {
        return value;
    }
    for length in LENGTHS {
        let mut cut = value.clone();
        shorten(&mut cut, length);
        if let Value::Object(fields) = &mut cut {
            let note = format!("Long lists are cut to {length} entries: ask for less at once.");
            fields.insert("truncated".to_owned(), note.into());
        }
        if size_bytes(&cut) <= max_bytes {
            return cut;
        }
    }
    let summary = value["summary"].as_str().unwrap_or_default();
    json!({
        "summary": cut_text(summary),
        "figures": [],
        "truncated": "The result is too large: ask for less at once.",
    })
}

fn shorten(value: &mut Value, length: usize) {
    match value {
        Value::Array(items) => {
            items.truncate(length);
            for item in items {
                shorten(item, length);
            }
        }
        Value::Object(fields) => {
            for field in fields.values_mut() {
                shorten(field, length);
            }
        }
        Value::String(text) if text.len() > TEXT_MAX => *text = cut_text(text),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn cut_text(text: &str) -> String {
    match text.char_indices().nth(TEXT_MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

fn size_bytes(value: &Value) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).map_or(usize::MAX, |()| count.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_fits_is_left_alone() {
        let value = json!({ "summary": "a", "figures": [1, 2, 3] });
        assert_eq!(bounded(value.clone()), value);
    }

    #[test]
    fn a_long_table_is_cut_and_says_so() {
        let rows: Vec<_> = (0..10_000).map(|row| json!({ "row": row, "text": "x".repeat(40) })).collect();
        let cut = bounded(json!({ "summary": "rows", "figures": [], "tables": [{ "rows": rows }] }));
        assert_eq!(cut["summary"], "rows");
        assert_eq!(cut["tables"][0]["rows"].as_array().unwrap().len(), 100);
        assert!(cut["truncated"].as_str().unwrap().contains("100"));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,2000}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 200, 20, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..20).prop_map(Value::from),
                prop::collection::hash_map("[a-z]{1,8}", inner, 0..20)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_it_is_the_result_fits(value in any_json(), max_bytes in 4_096_usize..40_000) {
            prop_assert!(size_bytes(&bounded_to(value, max_bytes)) <= max_bytes);
        }
    }
}
