//! Every example of the `CommonMark` specification: rendered as specified, or on the list below with its reason.

use super::*;

/// The specification's text, which `scripts/setup.sh test` installs.
const SPECIFICATION: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/node_modules/commonmark-spec/spec.txt");

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

fn examples(specification: &str) -> Vec<Example> {
    let fence = "`".repeat(32);
    let mut found = Vec::new();
    let mut lines = specification.lines();
    while let Some(line) = lines.next() {
        if line != format!("{fence} example") {
            continue;
        }
        let mut markdown = String::new();
        for line in lines.by_ref().take_while(|line| *line != ".") {
            markdown += &line.replace('→', "\t");
            markdown.push('\n');
        }
        let mut html = String::new();
        for line in lines.by_ref().take_while(|line| *line != fence) {
            html += &line.replace('→', "\t");
            html.push('\n');
        }
        found.push(Example { number: found.len() + 1, markdown, html });
    }
    found
}

/// HTML as both sides write it: the specification escapes quotes, ammonia escapes no-break spaces and marks
/// links, and headings stay below those of the page.
fn normal(html: &str) -> String {
    let html =
        html.replace(" rel=\"noopener noreferrer\"", "").replace("&quot;", "\"").replace('\u{a0}', "&nbsp;");
    html.replace("<br />", "<br>").replace("<hr />", "<hr>").trim().to_owned()
}

fn with_lowered_headings(html: &str) -> String {
    let mut html = html.to_owned();
    for (from, to) in [(5, 6), (4, 6), (3, 5), (2, 4), (1, 3)] {
        html = html.replace(&format!("<h{from}>"), &format!("<h{to}>"));
        html = html.replace(&format!("</h{from}>"), &format!("</h{to}>"));
    }
    html
}

/// Raw HTML could run or load something: it is shown as it was written.
const RAW_HTML: &[usize] = &[
    21, 31, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166,
    167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187,
    188, 189, 190, 191, 201, 308, 309, 344, 475, 476, 477, 491, 494, 524, 536, 613, 614, 615, 616, 617, 623,
    625, 626, 627, 628, 629, 630, 631, 642, 643,
];
/// An image is a request, which can carry figures away: its alternative text is shown.
const IMAGE: &[usize] = &[
    517, 520, 531, 572, 573, 574, 575, 576, 577, 578, 579, 580, 581, 582, 583, 584, 585, 586, 587, 588, 589,
    591,
];
/// A link that leads neither to `https` nor to a path of the app by its whole name: its text is shown.
const LINK: &[usize] = &[
    20, 194, 195, 200, 202, 203, 204, 484, 485, 486, 487, 492, 495, 496, 498, 499, 500, 501, 502, 503, 504,
    522, 567, 594, 596, 597, 598, 599, 601, 603, 604, 605,
];

/// Whether an example holds what its list is about.
fn holds(markdown: &str, list: &[usize]) -> bool {
    Parser::new_ext(markdown, OPTIONS).any(|event| match event {
        Event::Html(_) | Event::InlineHtml(_) => list == RAW_HTML,
        Event::Start(Tag::Image { .. }) => list == IMAGE,
        Event::Start(Tag::Link { link_type, dest_url, .. }) => {
            list == LINK && (link_type == LinkType::Email || !is_harmless_link(&dest_url))
        }
        _ => false,
    })
}

#[test]
fn every_example_of_commonmark_renders_as_specified_or_is_listed_with_its_reason() {
    let specification = std::fs::read_to_string(SPECIFICATION)
        .unwrap_or_else(|error| panic!("{SPECIFICATION}: {error}; `make setup` installs it"));
    let examples = examples(&specification);
    assert_eq!(examples.len(), 652);
    for Example { number, markdown, html: specified } in examples {
        let mut ours = String::new();
        push(&mut ours, &markdown, &[]);
        let listed = [RAW_HTML, IMAGE, LINK].into_iter().find(|list| list.contains(&number));
        let is_same = normal(&ours) == normal(&with_lowered_headings(&specified));
        match listed {
            None => assert!(is_same, "{number}: {markdown}\nspecified: {specified}\nours: {ours}"),
            Some(list) => {
                assert!(!is_same && holds(&markdown, list), "{number} is listed for nothing: {markdown}");
            }
        }
    }
}
