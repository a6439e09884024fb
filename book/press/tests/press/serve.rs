//! `serve` from outside: the address at once, a page that waits, then the book, and the book again.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::fixture::{Fixture, SENTENCE};

/// A server that ends with its test.
struct Server {
    child: Child,
    said: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    /// Starts the server; it says where it is before anything else.
    fn of(fixture: &Fixture) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_press"))
            .args(["serve", "--host", "127.0.0.1", "--port", "0"])
            .current_dir(fixture.root())
            .env_remove("CARGO_MANIFEST_DIR")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the press starts");
        let mut said = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        said.read_line(&mut line).expect("it says something");
        let port = line
            .strip_prefix("The book is at http://127.0.0.1:")
            .and_then(|rest| rest.strip_suffix(" (Ctrl-C ends).\n"));
        let port = port.unwrap_or_else(|| panic!("{line}"));
        let port = port.parse().expect("a port");
        Self { child, said, port }
    }

    fn ask(&self, path: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let patience = Some(Duration::from_mins(1));
        stream.set_read_timeout(patience).expect("it can be set");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .expect("it hears");
        BufReader::new(stream)
    }

    fn page(&self, path: &str) -> String {
        let mut page = String::new();
        let mut answer = self.ask(path);
        answer.read_to_string(&mut page).expect("it answers");
        page
    }

    fn channel(&self) -> Channel {
        Channel(self.ask("/live-reload"))
    }

    fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("it says more");
        line
    }

    /// Ends it, and gives what it complained of.
    fn end(mut self) -> String {
        let _ = self.child.kill();
        let mut stderr = String::new();
        let mut pipe = self.child.stderr.take().expect("it is piped");
        pipe.read_to_string(&mut stderr).expect("it is text");
        stderr
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the pages hear.
struct Channel(BufReader<TcpStream>);

impl Channel {
    /// The next event that is `wanted`: the number of the printing, and the text.
    fn wait(&mut self, wanted: impl Fn(&str, &str) -> bool) -> (String, String) {
        let (mut id, mut data) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            let length = self.0.read_line(&mut line).expect("an event comes");
            assert!(length > 0, "the channel is closed");
            let line = line.trim_end();
            if let Some(number) = line.strip_prefix("id: ") {
                number.clone_into(&mut id);
            } else if let Some(text) = line.strip_prefix("data: ") {
                data += text;
            } else if line.is_empty() && !id.is_empty() {
                if wanted(&id, &data) {
                    return (id, data);
                }
                (id, data) = (String::new(), String::new());
            }
        }
    }

    fn printing_after(&mut self, number: &str) -> String {
        self.wait(|id, _| id != number).0
    }
}

/// The number of what is not printed.
const NONE: &str = "0";

fn chapter(title: &str) -> String {
    format!("# {title}\n\n> [!CLAIM] he.forward\n> {SENTENCE}\n")
}

#[test]
fn the_book_is_there_as_soon_as_it_is_printed_and_is_printed_again_after_an_edit() {
    let fixture = Fixture::with_chapter(&chapter("First"));
    let mut server = Server::of(&fixture);
    let mut channel = server.channel();
    let first = channel.printing_after(NONE);
    let page = server.page("/he.html");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("First"), "{page}");
    assert!(page.contains(&format!("data-build=\"{first}\"")), "{page}");
    assert_eq!(server.next_line(), "All 1 claims hold, as found before.\n");

    fixture.write("book/src/he.md", &chapter("Second"));
    let second = channel.printing_after(&first);
    let page = server.page("/he.html");
    assert!(page.contains("Second"), "{page}");
    assert!(page.contains(&format!("data-build=\"{second}\"")), "{page}");
    assert_eq!(server.end(), "");
}

#[test]
fn while_there_are_no_pages_every_address_says_what_is_wrong_until_it_is_mended() {
    let fixture = Fixture::with_chapter("# He\n\n{{#figure <nothing>}}\nA caption.\n");
    // What an earlier program printed may be of other claims.
    fixture.write("target/book/index.html", "former");
    let server = Server::of(&fixture);
    let mut channel = server.channel();
    let (number, text) = channel.wait(|_, text| text.contains("not printed"));
    assert_eq!(number, NONE);
    assert!(text.contains("unknown figure `&lt;nothing&gt;`"), "{text}");
    for path in ["/", "/he.html"] {
        let page = server.page(path);
        assert!(page.starts_with("HTTP/1.1 503"), "{page}");
        assert!(page.contains("cache-control: no-store"), "{page}");
        // The same text in the page, so that it is read without scripts.
        assert!(page.contains("book/src/he.md:3: unknown figure"), "{page}");
    }
    assert_eq!(fixture.page("index.html"), "former");

    fixture.write("book/src/he.md", &chapter("Mended"));
    channel.printing_after(NONE);
    let page = server.page("/he.html");
    assert!(page.contains("Mended"), "{page}");
    let complaints = server.end();
    assert!(
        complaints.starts_with("error: book/src/he.md:3: unknown figure `<nothing>`"),
        "{complaints}"
    );
}

#[test]
fn an_edit_that_is_wrong_leaves_the_pages_as_they_are() {
    let fixture = Fixture::with_chapter(&chapter("Right"));
    let mut server = Server::of(&fixture);
    server.channel().printing_after(NONE);
    fixture.write("book/src/he.md", "# Wrong\n\n{{#nothing}}\n");
    let mut channel = server.channel();
    channel.wait(|_, text| text.contains("not printed"));
    let page = server.page("/he.html");
    assert!(page.contains("Right"), "{page}");
    assert_eq!(server.next_line(), "All 1 claims hold, as found before.\n");
    let complaints = server.end();
    assert!(
        complaints.ends_with("The former pages stay.\n"),
        "{complaints}"
    );
}

#[test]
fn a_run_that_takes_a_while_is_seen_on_its_way() {
    let fixture = Fixture::with_chapter("# He\n\n{{#value spiral.step.100}}\n");
    let server = Server::of(&fixture);
    let (number, text) = server.channel().wait(|_, text| text.contains(" %"));
    assert_eq!(number, NONE);
    assert!(text.contains("all 0 hold"), "{text}");
    assert!(text.contains("0 of 1 done"), "{text}");
    assert!(server.page("/").starts_with("HTTP/1.1 503"));
}
