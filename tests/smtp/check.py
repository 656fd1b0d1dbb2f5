#!/usr/bin/python3
"""Hands a mail to servers that misbehave, by the program's own SMTP channel over sockets, and compares what becomes of it
with actions.txt. The last line is `N passed, N failed`.

    tests/smtp/check.py [--program build/dev/smtp_deliver] [NAME...]

Servers: receiver.py with the scripts of behaviours.py, Postfix's smtp-sink, npm smtp-server (of tests/e2e), and, without
a relay, several receivers with python3-dnslib as name server.
"""

import argparse
import concurrent.futures
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from behaviours import BEHAVIOURS
from receiver import DROP, SILENCE, Receiver

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
HERE = os.path.join(ROOT, "tests", "smtp")
BEHAVIOURS_MIN = 40  # as the product promises
AT_ONCE = 8
DELIVERY_LIMIT_S = 60
STARTED_WITHIN_S = 10


def table():
    with open(os.path.join(HERE, "actions.txt"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, *action = line.split()
                yield name, tuple(action)


def deliver(program, url, *options):
    """(kind, reason, what else) of one mail."""
    result = subprocess.run([program, url, *options], capture_output=True, check=False, timeout=DELIVERY_LIMIT_S)
    if result.returncode != 0:
        return ("crashed", result.stderr.decode().strip()[-200:], "-")
    said = json.loads(result.stdout)
    other = "suppress" if said["suppress"] else "pause" if said["pause"] else "-"
    return (said["kind"], said["reason"] or "-", other)


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def scripted(program, certificate, name):
    script, extensions, options = BEHAVIOURS[name]
    if script is None:
        return (*deliver(program, f"smtp://127.0.0.1:{closed_port()}"), "0")
    bare = "no certificate" in options
    options = [each for each in options if each != "no certificate"]
    receiver = Receiver(script, extensions, None if bare else certificate)
    try:
        kind, reason, other = deliver(program, f"smtp://127.0.0.1:{receiver.port}", *options)
        return (kind, reason, "secure" if receiver.secure else other, str(receiver.taken))
    finally:
        receiver.close()


def sink(program, name):
    """smtp-sink with one option, written as `-r_RCPT`; `usual` is none."""
    option = [] if name == "usual" else name.split("_", 1)
    port = closed_port()
    user = ["-u", "root"] if os.getuid() == 0 else []
    process = subprocess.Popen(["smtp-sink", *user, *option, f"127.0.0.1:{port}", "10"], stderr=subprocess.DEVNULL)
    try:
        await_port(port)
        return (*deliver(program, f"smtp://127.0.0.1:{port}"), "-")
    finally:
        process.kill()
        process.wait()


def npm_server(program, name):
    process = subprocess.Popen(["node", os.path.join(HERE, "server.mjs"), name], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    try:
        port = int(process.stdout.readline())
        return (*deliver(program, f"smtp://127.0.0.1:{port}"), "-")
    finally:
        process.stdin.close()
        process.wait()


def await_port(port):
    end = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("smtp-sink does not listen")


# By name: the zone, and the script of the host at each address of 127.0.7.0/24. The first host is mx1, the second mx2.
BOTH = ["@ IN MX 10 mx1", "@ IN MX 20 mx2", "mx1 IN A 127.0.7.1", "mx2 IN A 127.0.7.2"]
ALL_REFUSED = {"greeting": b"554 5.7.1 not you\r\n"}
MX = {
    "one_host": (["@ IN MX 10 mx1", "mx1 IN A 127.0.7.1"], [{}]),
    "own_address": (["@ IN A 127.0.7.1"], [{}]),
    "first_gone": (BOTH, [None, {}]),
    "first_refuses_everybody": (BOTH, [ALL_REFUSED, {}]),
    "first_hangs_up": (BOTH, [{"hello": DROP}, {}]),
    "first_is_a_black_hole": (BOTH, [{"greeting": SILENCE}, {}]),
    "all_refuse_everybody": (BOTH, [ALL_REFUSED, ALL_REFUSED]),
    "first_refuses_the_mail": (BOTH, [{"dot": b"554 5.7.1 content\r\n"}, {}]),
    "takes_no_mail": (["@ IN MX 0 ."], []),
    "no_such_domain": ([], []),
    "private_address": (["@ IN MX 10 mx1", "mx1 IN A 10.0.0.1"], []),
}


def direct(program, name):
    zone, scripts = MX[name]
    receivers, port = [], closed_port()
    for number, script in enumerate(scripts, 1):
        if script is not None:
            receivers.append(Receiver(script, address=f"127.0.7.{number}", port=port))
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as file:
        file.write("$ORIGIN example.test.\n$TTL 0\n" + "\n".join(zone) + "\n")
        file.flush()
        server = subprocess.Popen(["/usr/bin/python3", os.path.join(ROOT, "tests/support/name_server.py"), file.name],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            name_server = f"127.0.0.1:{int(server.stdout.readline())}"
            said = deliver(program, f"mx:?port={port}", "--dns", name_server, "--allow", "127.0.7.0/24")
            return (*said, str(sum(each.taken for each in receivers)))
        finally:
            server.stdin.close()
            server.wait()
            for each in receivers:
                each.close()


def run(program, certificate, name):
    group, _, one = name.partition("/")
    if group == "sink":
        return sink(program, one)
    if group == "server":
        return npm_server(program, one)
    if group == "mx":
        return direct(program, one)
    return scripted(program, certificate, name)


def make_certificate(folder):
    path = os.path.join(folder, "certificate.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "1", "-subj", "/CN=localhost", "-keyout", path, "-out", path + ".crt"], check=True,
                   capture_output=True)
    with open(path, "a", encoding="utf-8") as file, open(path + ".crt", encoding="utf-8") as more:
        file.write(more.read())
    return path


def compare(program, names):
    """The failures among the behaviours of actions.txt, or among those of these names."""
    expected = dict(table())
    failures = [f"{name}: is not in actions.txt" for name in BEHAVIOURS if name not in expected]
    missing = [name for name in expected if name.split("/")[0] not in ("sink", "server", "mx") and name not in BEHAVIOURS]
    failures += [f"{name}: is in actions.txt and nowhere else" for name in missing]
    if len(expected) < BEHAVIOURS_MIN:
        failures.append(f"there are {len(expected)} behaviours, the least is {BEHAVIOURS_MIN}")
    if shutil.which("smtp-sink") is None:
        failures.append("smtp-sink is missing: script/setup unpacks it")
    chosen = [name for name in expected if name not in missing and (not names or name in names)]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        certificate = make_certificate(folder)
        for name, got in zip(chosen, pool.map(lambda name: attempt(program, certificate, name), chosen)):
            want = expected[name]
            if got[:3] != want[:3] or (want[3] != "-" and got[3] != want[3]):
                failures.append(f"{name}: expected {' '.join(want)}, got {' '.join(got)}")
    return failures, len(chosen) + 1


def attempt(program, certificate, name):
    try:
        return run(program, certificate, name)
    except (OSError, ValueError, RuntimeError, subprocess.SubprocessError) as error:
        return ("broken", str(error), "-", "-")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "release", "smtp_deliver"))
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    failures, count = compare(os.path.realpath(options.program), options.names)
    for failure in failures:
        print(failure)
    print(f"{count - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
