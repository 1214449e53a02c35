//! What hostile markdown costs the server: milliseconds for 100 kB of each kind, and how they grow when the text is
//! four times as long. Prints one JSON object.

use std::{
    io::{Write, stdout},
    time::Instant,
};

use app::render::part_html;
use domain::Part;

/// A text of so many kB.
type Text = fn(usize) -> String;

const KINDS: [(&str, Text); 6] = [
    ("strong", |kb| "**a**".repeat(kb * 200)),
    ("quotes", |kb| "> ".repeat(kb * 100) + "a" + &" b".repeat(kb * 400)),
    ("table", |kb| "|a|b|\n|-|-|\n".to_owned() + &"|1|2|\n".repeat(kb * 166)),
    ("brackets", |kb| "[".repeat(kb * 1000)),
    ("links", |kb| "[a](/b) ".repeat(kb * 125)),
    ("paragraphs", |kb| "Some *words* and a figure of **1,234.00**.\n\n".repeat(kb * 22)),
];
const ROUNDS: usize = 15;

fn milliseconds(markdown: &str) -> f64 {
    let part = Part::text(markdown);
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(part_html(&part, None));
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

fn main() -> std::io::Result<()> {
    for (name, text) in KINDS {
        let (short, long) = (text(100), text(400));
        let per_100_kb = |markdown: &str| milliseconds(markdown) * 100_000.0 / markdown.len() as f64;
        let (short, long) = (per_100_kb(&short), per_100_kb(&long));
        let growth = long / short;
        writeln!(stdout(), "{{\"kind\":\"{name}\",\"ms_per_100_kb\":{short:.2},\"growth\":{growth:.2}}}")?;
    }
    Ok(())
}
