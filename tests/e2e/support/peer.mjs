// The other end of webhooks: an HTTP server on loopback that answers as it is told and keeps what came.
import http from "node:http";

export class Peer {
  /** `answer(request)` gives `{status, body, headers}`, now or later; what came is in `requests`. */
  static async start(answer = () => ({ status: 204 })) {
    const peer = new Peer();
    peer.answer = answer;
    peer.requests = [];
    peer.server = http.createServer((request, response) => peer.take(request, response));
    await new Promise((resolve) => peer.server.listen(0, "127.0.0.1", resolve));
    peer.url = `http://127.0.0.1:${peer.server.address().port}`;
    return peer;
  }

  async take(incoming, response) {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const request = {
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    };
    this.requests.push(request);
    const { status = 200, body = "", headers = {} } = await this.answer(request, this.requests);
    response.writeHead(status, headers).end(body);
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
