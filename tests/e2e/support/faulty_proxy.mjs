// Stands between a client and the server, and loses answers that the server has already given: the
// server has stored the request, the client believes that it failed.
import http from "node:http";
import zlib from "node:zlib";

/**
 * `faults` are taken one for each request, in order; when they are used up answers pass. `"500"`
 * answers 500 in place of the server's answer, `"cut"` closes the connection without any.
 */
export async function startFaultyProxy(target, faults) {
  const pending = [...faults];
  /** The message ids of each request that the server has answered, and what it answered. */
  const forwarded = [];
  const proxy = http.createServer(async (request, response) => {
    const body = await bytesOf(request);
    const { host, connection, "transfer-encoding": _, ...headers } = request.headers;
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method,
      headers,
      ...(body.length ? { body } : {}),
    });
    const answered = Buffer.from(await answer.arrayBuffer());
    forwarded.push({ status: answer.status, messageIds: messageIdsOf(request, body) });
    const fault = pending.shift();
    if (fault === "cut") {
      request.socket.destroy();
    } else if (fault) {
      response.writeHead(Number(fault), { "Content-Type": "text/plain" }).end("lost");
    } else {
      const type = answer.headers.get("content-type");
      response.writeHead(answer.status, type ? { "Content-Type": type } : {}).end(answered);
    }
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    forwarded,
    close: () =>
      new Promise((resolve) => {
        proxy.close(resolve);
        proxy.closeAllConnections();
      }),
  };
}

async function bytesOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function messageIdsOf(request, body) {
  const plain = request.headers["content-encoding"] === "gzip" ? zlib.gunzipSync(body) : body;
  const call = JSON.parse(plain.toString() || "{}");
  return (call.batch ?? [call]).map(({ messageId }) => messageId);
}
