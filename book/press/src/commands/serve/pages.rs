//! The web server: the printed pages, and a channel on which they hear that they are printed anew. Until they are printed for the
//! first time, every address shows how far that is.
//!
//! The script that listens is added to a page when it is sent, and so is the leave to connect,
//! so that the files on disk stay as they were printed.

use std::convert::Infallible;
use std::fs;
use std::io;
use std::net::{TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response, Sse, sse};
use axum::routing::get;
use futures_util::stream;
use tokio::runtime::{self, Runtime};
use tokio::sync::watch::{self, Receiver, Sender};
use tower_http::services::{ServeDir, ServeFile};

use super::waiting::{self, Waiting};
use crate::progress::Work;

/// Where the pages hear of a new printing.
pub(super) const CHANNEL: &str = "/live-reload";

/// Where the waiting page has its fonts from.
pub(super) const THEME: &str = "/live-reload/theme";

/// How long the channel is silent after it has told something: an experiment may make thousands of steps a second.
const PAUSE: Duration = Duration::from_millis(200);

/// After how long a page that has lost the channel, as when the program restarts, looks for it again.
const RETRY: Duration = Duration::from_millis(500);

/// The printing that is being served: a number that no other printing has, or `NONE`.
type Printing = u64;

/// There are no pages yet.
const NONE: Printing = 0;

/// A folder of pages that is served, and printed anew from time to time.
#[derive(Debug)]
pub(super) struct Pages {
    folder: PathBuf,
    printing: Sender<Printing>,
}

/// What an answer may depend on.
#[derive(Debug, Clone)]
struct Live {
    printing: Receiver<Printing>,
    work: Receiver<Work>,
    waiting: Arc<Waiting>,
}

impl Pages {
    /// The pages in this folder, from the next printing on or, if `former` ones are good to serve, from now on.
    pub(super) fn of(folder: PathBuf, former: bool) -> Self {
        let now = if former { printing_of(&folder) } else { NONE };
        let (printing, _) = watch::channel(now);
        Self { folder, printing }
    }

    /// Whether there are any.
    pub(super) fn are_there(&self) -> bool {
        *self.printing.borrow() != NONE
    }

    /// Tells the open pages that they were printed anew.
    pub(super) fn printed(&self) {
        self.printing.send_replace(printing_of(&self.folder));
    }

    /// Serves them on these sockets, for as long as the returned runtime lives; `work` says how far the printing is.
    pub(super) fn serve(
        &self,
        listeners: Vec<TcpListener>,
        waiting: Waiting,
        work: Receiver<Work>,
    ) -> Result<Runtime> {
        let not_found = ServeFile::new(self.folder.join("404.html"));
        let theme = ServeDir::new(waiting.theme());
        let live = Live {
            printing: self.printing.subscribe(),
            work,
            waiting: Arc::new(waiting),
        };
        let router = Router::new()
            .fallback_service(ServeDir::new(&self.folder).not_found_service(not_found))
            .layer(middleware::from_fn_with_state(live.clone(), page))
            .nest_service(THEME, theme)
            .route(CHANNEL, get(tell))
            .with_state(live);

        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("cannot start the server")?;
        let inside = runtime.enter();
        for listener in listeners {
            listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::spawn(axum::serve(listener, router.clone()).into_future());
        }
        drop(inside);
        Ok(runtime)
    }
}

/// Listens on every address of the host, so that no other program answers on one of them.
///
/// With port 0 the system chooses one.
pub(super) fn listen(host: &str, port: u16) -> Result<Vec<TcpListener>> {
    let addresses = (host, port)
        .to_socket_addrs()
        .with_context(|| format!("--host {host} is not an address of this machine"))?;
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut refused = None;
    for mut address in addresses {
        if let Some(first) = listeners.first() {
            address.set_port(first.local_addr()?.port());
        }
        match TcpListener::bind(address) {
            Ok(listener) => listeners.push(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                bail!(
                    "port {port} of {host} is in use: stop the program that listens there, or choose another with --port"
                )
            }
            // A machine without IPv6 names an address that it does not have.
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) if listeners.is_empty() => {
            Err(error).with_context(|| format!("cannot listen on port {port} of {host}"))
        }
        _ => {
            ensure!(!listeners.is_empty(), "{host} has no address");
            Ok(listeners)
        }
    }
}

/// When the pages were printed.
fn printing_of(folder: &Path) -> Printing {
    fs::metadata(folder.join("index.html"))
        .and_then(|index| index.modified())
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(NONE, |age| age.as_nanos() as Printing)
}

/// Sends how far the work is under the number of the printing, now and whenever one of them is another.
async fn tell(State(live): State<Live>) -> impl IntoResponse {
    let events = stream::unfold((live, false), async |(mut live, is_told)| {
        if is_told {
            tokio::time::sleep(PAUSE).await;
            tokio::select! {
                changed = live.printing.changed() => changed.ok()?,
                changed = live.work.changed() => changed.ok()?,
            }
        }
        let number = live.printing.borrow_and_update().to_string();
        let work = waiting::text(&live.work.borrow_and_update());
        let event = sse::Event::default().id(number).retry(RETRY).data(work);
        Some((Ok::<_, Infallible>(event), (live, true)))
    });
    Sse::new(events)
}

/// The page that was asked for, or the one that waits for it.
async fn page(State(live): State<Live>, request: Request, next: Next) -> Response {
    let printing = *live.printing.borrow();
    if printing != NONE {
        return add_script(next.run(request).await, printing).await;
    }
    let page = live.waiting.page(&live.work.borrow(), &script(NONE));
    let not_kept = [(header::CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, not_kept, Html(page)).into_response()
}

/// Adds the script to an HTML page, and forbids browsers to keep what may be printed anew.
async fn add_script(response: Response, printing: Printing) -> Response {
    let (mut parts, body) = response.into_parts();
    parts
        .headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let is_html = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html"));
    if !is_html {
        return Response::from_parts(parts, body);
    }
    let Ok(page) = to_bytes(body, usize::MAX).await else {
        // The page was replaced while it was read; its reader will be told of the new one.
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let script = script(printing);
    let page = with_leave(&String::from_utf8_lossy(&page));
    let page = match page.rsplit_once("</body>") {
        Some((before, after)) => format!("{before}{script}</body>{after}"),
        None => page + &script,
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page))
}

/// The page, allowed to run the script below and to open its channel.
fn with_leave(page: &str) -> String {
    let nonce = format!("script-src 'nonce-{NONCE}'");
    page.replacen(
        "default-src 'none';",
        "default-src 'none'; connect-src 'self';",
        1,
    )
    .replacen("script-src", &nonce, 1)
}

/// Marks the script that was added here. A nonce guards against what others write into a page; this server is read by its writer alone.
pub(super) const NONCE: &str = "live-reload";

/// The script that listens, in a page of this printing.
fn script(printing: Printing) -> String {
    let script = include_str!("live.js");
    format!("<script nonce=\"{NONCE}\" data-printing=\"{printing}\">\n{script}</script>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Reporter;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    /// The answer to a request, as text.
    fn get(port: u16, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// A server of these pages, and its port.
    fn serve(pages: &Pages) -> (Runtime, u16) {
        let listeners = listen("127.0.0.1", 0).unwrap();
        let port = listeners[0].local_addr().unwrap().port();
        let waiting = Waiting::of("A book", &pages.folder);
        let server = pages.serve(listeners, waiting, Reporter::new().watch());
        (server.unwrap(), port)
    }

    #[test]
    fn a_port_in_use_is_named() {
        let taken = listen("localhost", 0).unwrap();
        let port = taken[0].local_addr().unwrap().port();
        let message = listen("localhost", port).unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("port {port} of localhost is in use")),
            "{message}"
        );
        assert!(message.contains("--port"), "{message}");
    }

    #[test]
    fn pages_are_served_with_the_script_and_other_files_without() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [
            (
                "index.html",
                "<meta content=\"default-src 'none'; script-src 'self'\"><body>Front</body>",
            ),
            ("404.html", "<body>Lost</body>"),
            ("book.js", "let x;"),
        ] {
            fs::write(folder.path().join(file), text).unwrap();
        }
        let pages = Pages::of(folder.path().to_owned(), true);
        let (_server, port) = serve(&pages);

        let front = get(port, "/");
        assert!(front.starts_with("HTTP/1.1 200"), "{front}");
        assert!(front.contains("cache-control: no-store"), "{front}");
        assert!(
            front.contains("<body>Front<script nonce=\"live-reload\" data-printing=")
                && front.ends_with("</script></body>"),
            "{front}"
        );
        assert!(
            front.contains(
                "default-src 'none'; connect-src 'self'; script-src 'nonce-live-reload' 'self'"
            ),
            "{front}"
        );
        let lost = get(port, "/nowhere.html");
        assert!(
            lost.starts_with("HTTP/1.1 404") && lost.contains("Lost"),
            "{lost}"
        );
        assert!(get(port, "/book.js").ends_with("let x;"));
    }

    #[test]
    fn a_new_printing_has_a_new_number() {
        let folder = tempfile::tempdir().unwrap();
        let index = folder.path().join("index.html");
        fs::write(&index, "one").unwrap();
        let pages = Pages::of(folder.path().to_owned(), true);
        let mut reader = pages.printing.subscribe();
        let first = *reader.borrow_and_update();
        let later =
            fs::metadata(&index).unwrap().modified().unwrap() + std::time::Duration::from_secs(1);
        fs::File::options()
            .write(true)
            .open(&index)
            .unwrap()
            .set_modified(later)
            .unwrap();
        pages.printed();
        assert!(reader.has_changed().unwrap());
        assert_ne!(first, *reader.borrow());
    }
}
