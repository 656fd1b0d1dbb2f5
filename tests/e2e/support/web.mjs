// The web app from a folder, in front of a server that embeds another: pages can be tested while they
// are written, without building the program.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";

const types = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/**
 * Listens on `port` and hands every request on to `target`, but the files of the app, and the page that
 * loads them: these are of `folder`, a build of `web/`. The page has the policy and nonce of the server's.
 */
export async function serveWeb(folder, port, target) {
  if (!existsSync(path.join(folder, "index.html"))) throw new Error(`${folder} holds no web app`);
  const front = http.createServer((request, response) => {
    if (request.url.startsWith("/app-assets/")) return sendAsset(folder, request.url, response);
    return forward(request, response, folder, target);
  });
  await new Promise((resolve) => front.listen(port, "127.0.0.1", resolve));
  return {
    close: () =>
      new Promise((resolve) => {
        front.close(resolve);
        front.closeAllConnections();
      }),
  };
}

async function sendAsset(folder, url, response) {
  const file = path.join(folder, path.normalize(new URL(url, "http://front").pathname));
  try {
    const bytes = await readFile(file);
    response.writeHead(200, { "Content-Type": types[path.extname(file)] ?? "text/plain" });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

function forward(request, response, folder, target) {
  const { method, headers, url } = request;
  const onward = http.request({ ...target, method, path: url, headers }, (answer) => {
    const policy = answer.headers["content-security-policy"] ?? "";
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    const isPage = method === "GET" && nonce && /^text\/html/.test(answer.headers["content-type"]);
    if (!isPage) {
      response.writeHead(answer.statusCode, answer.headers);
      return answer.pipe(response);
    }
    const chunks = [];
    answer.on("data", (chunk) => chunks.push(chunk));
    return answer.on("end", async () => {
      const page = Buffer.concat(chunks).toString();
      const isApp = page.includes('<div id="root">');
      const own = isApp && (await readFile(path.join(folder, "index.html"), "utf8"));
      const body = own ? own.replaceAll("__CSP_NONCE__", nonce) : page;
      response.writeHead(answer.statusCode, {
        ...answer.headers,
        "content-length": Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
  onward.on("error", () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}
