// A website of somebody else: pages on their own loopback origin, for a browser to open.
import http from "node:http";

/** `pages` maps paths to `{type, body}`. Everything else is 404. */
export async function startSite(pages) {
  const site = http.createServer((request, response) => {
    const page = pages[new URL(request.url, "http://site").pathname];
    if (!page) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": page.type, "Cache-Control": "no-store" });
    response.end(page.body);
  });
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${site.address().port}`,
    close: () =>
      new Promise((resolve) => {
        site.close(resolve);
        site.closeAllConnections();
      }),
  };
}

export const html = (body) => ({
  type: "text/html; charset=utf-8",
  body: `<!doctype html>${body}`,
});
export const script = (body) => ({ type: "text/javascript; charset=utf-8", body });
