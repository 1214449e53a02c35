//! A file of variables, edited without touching what is not ours: other lines, comments, line ends.

use std::{
    collections::BTreeMap,
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;

/// The variables of a file, as the program reads them: the first of several lines counts.
pub(super) fn values(text: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for (index, pair) in dotenvy::from_read_iter(text.as_bytes()).enumerate() {
        let (name, value) = pair.map_err(|_| anyhow::anyhow!("its entry {} is not NAME=value", index + 1))?;
        values.entry(name).or_insert(value);
    }
    Ok(values)
}

/// The text with `wanted` set, and the lines of `superseded` variables made comments. Every other line stays
/// as it is.
pub(super) fn edited(text: &str, wanted: &[(&str, String)], superseded: &[&str]) -> String {
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut edited = String::with_capacity(text.len() + 256);
    let mut found: Vec<&str> = Vec::new();
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        // A value in quotes may go on over lines that look like others.
        let mut entry = line.to_owned();
        while ends_inside_quotes(&entry) {
            let Some(more) = lines.next() else { break };
            entry.push_str(more);
        }
        let Some((start, name)) = assignment(&entry) else {
            edited.push_str(&entry);
            continue;
        };
        if let Some((name, value)) = wanted.iter().find(|(wanted, _)| *wanted == name) {
            found.push(name);
            if holds(&entry, value) {
                edited.push_str(&entry);
            } else {
                edited.push_str(start);
                edited.push_str(&quoted(value));
                edited.push_str(&comment_after(&entry[start.len()..]));
                edited.push_str(&entry[entry.trim_end_matches(['\r', '\n']).len()..]);
            }
        } else {
            if superseded.contains(&name) {
                edited.push_str("# ");
            }
            edited.push_str(&entry);
        }
    }
    for (name, value) in wanted.iter().filter(|(name, _)| !found.contains(name)) {
        if !edited.is_empty() && !edited.ends_with('\n') {
            edited.push_str(line_end);
        }
        edited.extend([*name, "=", &quoted(value), line_end]);
    }
    edited
}

/// What stands before a line's value, and the variable's name.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (before, _) = line.split_once('=')?;
    let named = before.trim();
    let name = named.strip_prefix("export ").map_or(named, str::trim_start);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let first = name.bytes().next()?;
    let well_formed = !first.is_ascii_digit() && name.bytes().all(is_name);
    well_formed.then_some((&line[..=before.len()], name))
}

fn ends_inside_quotes(entry: &str) -> bool {
    let Some((start, _)) = assignment(entry) else { return false };
    let value = entry[start.len()..].trim_start_matches([' ', '\t']);
    matches!(value.chars().next(), Some('"' | '\'')) && after_quotes(value).is_none()
}

/// What follows the closing quote of a value that starts with one.
fn after_quotes(value: &str) -> Option<&str> {
    let quote = value.chars().next()?;
    let mut is_escaped = false;
    for (index, character) in value.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            // In single quotes, too: that is how dotenvy finds a value's end.
            '\\' => is_escaped = true,
            _ if character == quote => return Some(&value[index + 1..]),
            _ => {}
        }
    }
    None
}

/// A comment behind a value, with the space before it.
fn comment_after(value: &str) -> String {
    let value = value.trim_end_matches(['\r', '\n']);
    let trimmed = value.trim_start_matches([' ', '\t']);
    let rest = match trimmed.chars().next() {
        Some('"' | '\'') => after_quotes(trimmed).unwrap_or_default(),
        _ => value,
    };
    rest.find(" #").map(|at| rest[at..].to_owned()).unwrap_or_default()
}

fn holds(entry: &str, value: &str) -> bool {
    values(entry).is_ok_and(|values| values.values().next().is_some_and(|held| held == value))
}

fn quoted(value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:@,+-".contains(&byte);
    if !value.is_empty() && value.bytes().all(is_plain) {
        value.to_owned()
    } else if value.contains(['\'', '\\']) {
        let escaped: String = value
            .chars()
            .flat_map(|character| {
                matches!(character, '\\' | '"' | '$').then_some('\\').into_iter().chain([character])
            })
            .collect();
        format!("\"{escaped}\"")
    } else {
        format!("'{value}'")
    }
}

/// Puts the text in the file's place at once: whoever reads it sees the old or the new. Only its owner may
/// read it: others of its lines may be secrets.
pub(super) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    // A link stays a link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().with_context(|| format!("{} is no file", path.display()))?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary: PathBuf = path.with_file_name(name);
    let written = write_new(&temporary, text).and_then(|()| fs::rename(&temporary, &path));
    if written.is_err() {
        // What is left behind is of no use; it may not be there at all.
        drop(fs::remove_file(&temporary));
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
#[path = "env_file_tests.rs"]
mod tests;
