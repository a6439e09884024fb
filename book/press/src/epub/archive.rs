//! The archive: its first file says what it is, in plain bytes, so that a program knows it by its beginning.

use std::io::{Cursor, Write};

use anyhow::Result;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Files;

/// Packs the files, in the order of their names; the same files make the same bytes.
pub(super) fn pack(files: &Files) -> Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let mimetype = options.compression_method(CompressionMethod::Stored);
    archive.start_file("mimetype", mimetype)?;
    archive.write_all(b"application/epub+zip")?;
    let packed = options.compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        archive.start_file(name.as_str(), packed)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use zip::ZipArchive;

    #[test]
    fn an_archive_begins_with_its_type_and_holds_every_file() {
        let files = Files::from([("EPUB/a.xhtml".to_owned(), b"<p/>".to_vec())]);
        let bytes = pack(&files).unwrap();
        // After the local header of thirty bytes and the name of eight.
        assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip");
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive
            .by_name("EPUB/a.xhtml")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "<p/>");
    }
}
