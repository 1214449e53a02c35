//! Tool calls of an answer: a line that opens.

use domain::{ToolCall, tool_title};

use super::escape::{Escaped, push as push_fmt};

/// Appends a tool call with its input and outcome. The live answer fills the same structure from
/// the page's `tool-call` template.
pub(super) fn push(out: &mut String, call: &ToolCall) {
    let failed = if call.failed { " data-failed" } else { "" };
    push_fmt(
        out,
        format_args!(
            "<details class=\"tool-call\"{failed}><summary><span class=\"tool-name\">{}</span> \
             <span class=\"tool-summary\">{}</span> <span class=\"tool-time\">{}</span></summary>\
             <pre class=\"tool-input\">{}</pre></details>",
            Escaped(&tool_title(&call.name)),
            Escaped(&call.summary),
            duration(call.duration_us),
            Escaped(&call.input)
        ),
    );
}

fn duration(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("{microseconds} µs"),
        1_000..1_000_000 => format!("{}.{} ms", microseconds / 1_000, microseconds % 1_000 / 100),
        _ => format!("{}.{} s", microseconds / 1_000_000, microseconds % 1_000_000 / 100_000),
    }
}

/// The structure of a tool call for the live answer to fill.
pub(crate) const TEMPLATE: &str = "<template id=\"tool-call\"><details class=\"tool-call\"><summary><span class=\"tool-name\"></span> \
     <span class=\"tool-summary\"></span> <span class=\"tool-time\"></span></summary>\
     <pre class=\"tool-input\"></pre></details></template>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short_to_read() {
        assert_eq!(duration(830), "830 µs");
        assert_eq!(duration(1_250), "1.2 ms");
        assert_eq!(duration(2_340_000), "2.3 s");
    }
}
