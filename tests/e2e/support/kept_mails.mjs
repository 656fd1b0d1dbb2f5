// Every mail of a run is kept, where KEPT_MAILS names a folder, for the suite `mails` to look at afterwards: in a folder
// for each way in, beside what the servers that used it published. Without KEPT_MAILS nothing is kept.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

const root = process.env.KEPT_MAILS ? path.resolve(process.env.KEPT_MAILS) : null;
let kept = 0;

/** The way in of a server that is given this URL: a receiver has its port for as long as its test runs. */
const wayOf = (url) => path.join(root, `${process.pid}-${/:(?:\?port=)?(\d+)$/.exec(url)[1]}`);

async function keep(folder, raw, envelope) {
  const name = String(++kept).padStart(6, "0");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.json`), JSON.stringify(envelope));
  await writeFile(path.join(folder, `${name}.eml`), raw);
}

/** One mail as a receiver took it in. `url` is what its sender was told to deliver to. */
export async function keepMail(url, raw, { from, ip, hello }) {
  if (root === null) return;
  // An IPv4 address on a socket for both.
  await keep(wayOf(url), raw, { from, ip: ip.replace(/^::ffff:/, ""), hello });
}

/** The mails of a server that captures them. They have no envelope: nobody has received them. */
export async function keepCaptured(server, env) {
  if (root === null || env.SOJOURN_SMTP_URL) return;
  const inbox = path.join(server.data, "inbox");
  const names = await readdir(inbox).catch(() => []);
  for (const name of names.filter((each) => each.endsWith(".eml"))) {
    await keep(
      path.join(root, `${process.pid}-${server.port}`),
      await readFile(path.join(inbox, name)),
      {},
    );
  }
}

/**
 * What the server publishes for its sender domains, as it is now; what was published before stays. `signs`: each of its
 * mails must be signed.
 */
export async function keepPublished(server, env, signs) {
  if (root === null) return;
  const folder = env.SOJOURN_SMTP_URL
    ? wayOf(env.SOJOURN_SMTP_URL)
    : path.join(root, `${process.pid}-${server.port}`);
  const file = path.join(folder, "published.json");
  const before = await readFile(file, "utf8").then(JSON.parse, () => ({ records: {} }));
  const records = { ...before.records };
  for (const { domain, records: keys, advice } of await server.list("/sender-domains")) {
    for (const { name, value } of [...keys, ...advice]) records[name.toLowerCase()] = value;
    // docs/reference/inbound-mail.md: the envelope's domain has the same record.
    const { value } = advice.find(({ purpose }) => purpose === "spf");
    if (env.SOJOURN_RETURN_DOMAIN?.endsWith(`.${domain}`)) {
      records[env.SOJOURN_RETURN_DOMAIN] = value;
    }
  }
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify({ signs, records }));
}
