//! What git makes of the file that is written. Not a git client: two questions, by exit code.

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// Fails where what is written would be published, or where git does not tell.
pub(super) fn refuse_a_tracked_file(file: &Path) -> anyhow::Result<()> {
    let shown = file.display();
    let told = ask(file, &["ls-files", "--error-unmatch"]);
    anyhow::ensure!(
        told != Answer::Yes,
        "git tracks {shown}: what it holds would be published; `git rm --cached {shown}` and add it to .gitignore, or name another with --file"
    );
    anyhow::ensure!(
        told != Answer::Unknown || !is_in_repository(file),
        "git does not tell whether it tracks {shown} (`git status` there says why); name another with --file"
    );
    Ok(())
}

/// Whether a `git add .` would take the file along.
pub(super) fn is_exposed(file: &Path) -> bool {
    ask(file, &["check-ignore", "--quiet"]) == Answer::No
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    /// No git, no repository, or one that git does not trust.
    Unknown,
}

/// A link is what it leads to: git tracks the link and publishes the other.
fn ask(file: &Path, arguments: &[&str]) -> Answer {
    let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let Some(name) = real.file_name() else { return Answer::Unknown };
    let folder = real.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).arg("--").arg(name);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.status().ok().and_then(|status| status.code()) {
        Some(0) => Answer::Yes,
        Some(1) => Answer::No,
        _ => Answer::Unknown,
    }
}

fn is_in_repository(file: &Path) -> bool {
    let absolute = file.canonicalize().or_else(|_| std::path::absolute(file));
    absolute.is_ok_and(|file| file.ancestors().skip(1).any(|folder| folder.join(".git").exists()))
}
