// The site as a plain web server sends it: text compressed, fonts as they are.
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { createGzip } from "node:zlib";
import { site } from "./book.js";

const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

/** Serves the book on a free port of this machine. */
export const serve = () =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      const file = join(site, decodeURIComponent(new URL(request.url, "http://a").pathname));
      if (!existsSync(file)) {
        response.writeHead(404).end();
        return;
      }
      const type = types[extname(file)] ?? "application/octet-stream";
      const packed = type !== "font/woff2";
      response.writeHead(200, { "Content-Type": type, ...(packed && { "Content-Encoding": "gzip" }) });
      const stream = createReadStream(file);
      (packed ? stream.pipe(createGzip()) : stream).pipe(response);
    });
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
