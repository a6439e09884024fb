//! Addresses of the book's files, as pages write them: with slashes, and relative to the page that they stand on.

use std::path::{Component, Path, PathBuf};

/// The relative address of a page, from another.
pub(crate) fn link(from: &Path, to: &Path) -> String {
    let up = from.components().count() - 1;
    let to: Vec<_> = to
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    "../".repeat(up) + &to.join("/")
}

/// The way from a page back to the site's folder.
pub(crate) fn to_root(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

/// A path with slashes.
pub(crate) fn with_slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The folder of a file.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

/// The file at an address that is relative to a folder; one that begins with a slash begins at the site.
pub(crate) fn joined(folder: &Path, address: &str) -> PathBuf {
    let mut file = if address.starts_with('/') {
        PathBuf::new()
    } else {
        folder.to_owned()
    };
    for component in Path::new(address).components() {
        match component {
            Component::ParentDir => {
                file.pop();
            }
            Component::Normal(part) => file.push(part),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    file
}

/// The page that a link leads to from another, and the id there, or nothing.
pub(crate) fn target<'a>(from: &Path, destination: &'a str) -> (PathBuf, &'a str) {
    let (path, id) = destination.split_once('#').unwrap_or((destination, ""));
    let page = if path.is_empty() {
        from.to_owned()
    } else {
        joined(folder_of(from), path)
    };
    (page, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_goes_up_to_the_root_first() {
        assert_eq!(link(Path::new("he.md"), Path::new("a/b.md")), "a/b.md");
        assert_eq!(link(Path::new("a/b.md"), Path::new("he.md")), "../he.md");
    }

    #[test]
    fn an_address_is_read_from_its_folder_or_from_the_site() {
        for address in ["../he.md", "./../b/../he.md", "/he.md"] {
            assert_eq!(joined(Path::new("a"), address), Path::new("he.md"));
        }
    }
}
