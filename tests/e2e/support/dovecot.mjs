// An IMAP server of its own, by Debian's dovecot-imapd: one user, one mailbox, TLS with a certificate of its own.
import { execFile, spawn } from "node:child_process";
import { chown, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { eventually } from "./eventually.mjs";
import { freePort } from "./server.mjs";

const user = "returns";
const password = "p@ss:word/1";
/** Dovecot lets root own no mails. */
const nobody = 65_534;

/** Dovecot's own settings, where they must be ours; it gives up root where it has it. */
function settings({ folder, port, owner }) {
  const self = userInfo().username;
  const isRoot = process.getuid() === 0;
  return `base_dir = ${folder}/run
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <${folder}/certificate.pem
ssl_key = <${folder}/key.pem
mail_location = maildir:${folder}/mail
first_valid_uid = 0
${isRoot ? "" : `default_internal_user = ${self}\ndefault_internal_group = ${self}\ndefault_login_user = ${self}\n`}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
  }
}
service anvil {
  chroot =
}
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${owner} gid=${owner} home=${folder}/mail
}
`;
}

/**
 * `url(query)` is for SOJOURN_RETURN_IMAP; `deliver(name, mail)` puts a mail into the mailbox, `kept(box)` names the files
 * of a mailbox with their flags, as Maildir does: `2,S` is seen.
 */
export async function startDovecot() {
  const folder = await mkdtemp(path.join(tmpdir(), "sojourn-dovecot-"));
  const owner = process.getuid() === 0 ? nobody : process.getuid();
  const mail = path.join(folder, "mail");
  const boxes = { INBOX: mail, Taken: path.join(mail, ".Taken") };
  for (const box of Object.values(boxes)) {
    for (const part of ["", "new", "cur", "tmp"]) {
      await mkdir(path.join(box, part), { recursive: true });
      if (process.getuid() === 0) await chown(path.join(box, part), owner, owner);
    }
  }
  // Whoever serves the mailbox must reach it.
  await promisify(execFile)("chmod", ["755", folder]);
  const certificate = path.join(folder, "certificate.pem");
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost"],
    ...["-keyout", path.join(folder, "key.pem"), "-out", certificate],
  ]);
  const port = await freePort();
  await writeFile(path.join(folder, "dovecot.conf"), settings({ folder, port, owner }));
  const child = spawn("/usr/sbin/dovecot", ["-F", "-c", path.join(folder, "dovecot.conf")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (complaint += text));
  const exited = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", (error) => resolve((complaint += error.message)));
  });
  const close = async () => {
    child.kill("SIGTERM");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const connects = () =>
    new Promise((resolve) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true) ?? socket.destroy());
      socket.once("error", () => resolve(false));
    });
  try {
    await eventually("dovecot listens", connects);
  } catch (error) {
    await close();
    throw new Error(`dovecot did not start: ${complaint}`, { cause: error });
  }
  return {
    certificate,
    url: (query) =>
      `imaps://${user}:${encodeURIComponent(password)}@localhost:${port}/INBOX?every=1s${query}`,
    async deliver(name, bytes) {
      const written = path.join(mail, "tmp", name);
      await writeFile(written, bytes);
      if (process.getuid() === 0) await chown(written, owner, owner);
      await rename(written, path.join(mail, "new", name));
    },
    kept: (box) => readdir(path.join(boxes[box], "cur")),
    close,
  };
}
