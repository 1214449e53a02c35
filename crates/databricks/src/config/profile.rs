//! `~/.databrickscfg`: sections are profiles, keys are settings.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::error::ConfigError;

const SETTINGS: &str = "__settings__";
const DEFAULT: &str = "DEFAULT";
/// The largest file that is read; a real one has a few kB.
const FILE_BYTES: u64 = 1024 * 1024;

/// A profile's settings, with keys in lower case.
pub(super) struct Profile {
    pub(super) name: String,
    pub(super) file: PathBuf,
    pub(super) settings: Vec<(String, String)>,
}

/// Reads the profile that was asked for, else the file's default one. None when nothing was asked for and there is no
/// file or no default.
pub(super) fn read(file: &Path, asked_for: Option<&str>) -> Result<Option<Profile>, ConfigError> {
    if asked_for == Some(SETTINGS) {
        return Err(ConfigError::ReservedProfile);
    }
    let Some(text) = text(file)? else {
        return asked_for.map_or(Ok(None), |profile| Err(no_profile(profile, file)));
    };
    let sections = sections(&text, file)?;
    let section = |name: &str| sections.iter().find(|section| section.name == name);
    let named = match asked_for {
        Some(profile) => Some(profile.to_owned()),
        None => section(SETTINGS)
            .and_then(|section| section.settings.iter().find(|(key, _)| key == "default_profile"))
            .map(|(_, profile)| profile.clone())
            .filter(|profile| !profile.is_empty()),
    };
    if named.as_deref() == Some(SETTINGS) {
        return Err(ConfigError::ReservedProfile);
    }
    let name = named.clone().unwrap_or_else(|| DEFAULT.to_owned());
    match section(&name) {
        Some(section) => {
            Ok(Some(Profile { name, file: file.to_owned(), settings: section.settings.clone() }))
        }
        None if named.is_some() => Err(no_profile(&name, file)),
        None => Ok(None),
    }
}

fn no_profile(profile: &str, file: &Path) -> ConfigError {
    ConfigError::NoProfile { profile: profile.to_owned(), file: file.to_owned() }
}

fn text(file: &Path) -> Result<Option<String>, ConfigError> {
    let unreadable = |kind| ConfigError::File { file: file.to_owned(), kind };
    let opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error.kind())),
    };
    let mut text = String::new();
    let bytes =
        opened.take(FILE_BYTES + 1).read_to_string(&mut text).map_err(|error| unreadable(error.kind()))?;
    if bytes as u64 > FILE_BYTES {
        return Err(unreadable(ErrorKind::FileTooLarge));
    }
    Ok(Some(text.trim_start_matches('\u{feff}').to_owned()))
}

/// A profile of the file.
struct Section {
    name: String,
    settings: Vec<(String, String)>,
}

/// Sections in the file's order. By hand, since the INI crates read a line without `=` as a part of the next key, join
/// sections of one name, and cannot tell the line: each would send a secret to the wrong place, or leave its owner
/// searching.
fn sections(text: &str, file: &Path) -> Result<Vec<Section>, ConfigError> {
    let mut sections: Vec<Section> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let syntax = || ConfigError::Syntax { file: file.to_owned(), line: index + 1 };
        let line = without_comment(line);
        if line.is_empty() {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let name =
                rest.strip_suffix(']').map(str::trim).filter(|name| !name.is_empty()).ok_or_else(syntax)?;
            if sections.iter().any(|section| section.name == name) {
                let (section, file) = (name.to_owned(), file.to_owned());
                return Err(ConfigError::DuplicateSection { section, file, line: index + 1 });
            }
            sections.push(Section { name: name.to_owned(), settings: Vec::new() });
            continue;
        }
        let (key, value) = line.split_once(['=', ':']).ok_or_else(syntax)?;
        let section = sections.last_mut().ok_or_else(syntax)?;
        section.settings.push((key.trim().to_lowercase(), value.trim().to_owned()));
    }
    Ok(sections)
}

/// The line up to a comment: `;` or `#` at its start or after white space, which no setting contains.
fn without_comment(line: &str) -> &str {
    let is_start = |&(index, character): &(usize, char)| {
        matches!(character, ';' | '#') && line[..index].chars().next_back().is_none_or(char::is_whitespace)
    };
    let end = line.char_indices().find(is_start).map_or(line.len(), |(index, _)| index);
    line[..end].trim()
}
