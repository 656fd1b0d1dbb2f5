#!/usr/bin/python3
"""Checks every mail that the end-to-end tests took in, as others read it. The last line is `N passed, N failed`.

    tests/mails/check.py FOLDER [--program build/release/mail_show]

FOLDER is what the tests were given as KEPT_MAILS: a folder for each way in, of mails (.eml), their envelopes (.json), and
published.json, the records that the servers said to publish; no other records are there. Each mail is one check:

- npm mailauth and Debian's dkimpy find the same signatures, all of them valid;
- of a server that signs each mail is signed, by RSA and Ed25519, aligned with From; SPF and DMARC pass;
- List-Unsubscribe and List-Unsubscribe-Post come together and are signed; a mail that shows a way out has them;
- GMime and Python's `email` read the same fields, parts and texts.

Clocks of servers under test are moved: a mail is looked at as of the second at which it was signed.
"""

import argparse
import email
import email.header
import email.policy
import json
import os
import re
import subprocess
import sys
from glob import glob

import dkim

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
MAILAUTH = os.path.join(ROOT, "tests", "e2e", "support", "mailauth_verdicts.mjs")
ALGORITHMS = ["ed25519-sha256", "rsa-sha256"]
WAYS_OUT = ("list-unsubscribe", "list-unsubscribe-post")
FAILURES_SHOWN = 20


class Mail:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        with open(path.removesuffix(".eml") + ".json", encoding="utf-8") as file:
            self.envelope = json.load(file)
        self.path = path
        self.signs, self.records = published(os.path.dirname(path))
        self.parsed = email.message_from_bytes(self.bytes, policy=email.policy.compat32)
        times = [int(found) for found in re.findall(rb";\s*t=(\d+)", self.head())]
        self.at = max(times, default=0)

    def head(self):
        """The header fields, unfolded."""
        return re.sub(rb"\r\n(?=[ \t])", b"", self.bytes.split(b"\r\n\r\n", 1)[0])


def published(folder):
    """Whether each mail of this way in must be signed, and what names hold."""
    try:
        with open(os.path.join(folder, "published.json"), encoding="utf-8") as file:
            known = json.load(file)
    except FileNotFoundError:  # a server that has no keys
        return False, {}
    return known["signs"], known["records"]


def lines_of(command, inputs):
    """The JSON lines that a program answers with, one for each line of input."""
    given = "".join(each + "\n" for each in inputs).encode()
    output = subprocess.run(command, input=given, capture_output=True, check=False)
    if output.returncode != 0:
        sys.exit(f"{command[0]} ended with {output.returncode}: {output.stderr.decode(errors='replace')}")
    answers = [json.loads(line) for line in output.stdout.decode().splitlines()]
    assert len(answers) == len(inputs), f"{command[0]} answered {len(answers)} of {len(inputs)}"
    return answers


def by_mailauth(mails):
    asked = [json.dumps({"file": each.path, "at": each.at, "envelope": each.envelope, "records": each.records})
             for each in mails]
    return lines_of(["node", MAILAUTH], asked)


def by_dkimpy(mail):
    """(domain, selector, algorithm, valid, signed fields) of each signature."""
    def text_of(name, timeout=5):
        return mail.records.get(name.decode().rstrip(".").lower(), "").encode() or None

    # The library looks at the clock by this name alone.
    dkim.time.time = lambda: mail.at
    found = []
    for index in range(len(re.findall(rb"^DKIM-Signature:", mail.head(), re.M | re.I))):
        verifier = dkim.DKIM(mail.bytes)
        try:
            valid = verifier.verify(idx=index, dnsfunc=text_of)
        except dkim.DKIMException:
            valid = False
        field = {name: value.decode() for name, value in verifier.signature_fields.items()}
        names = re.split(r"\s*:\s*", field.get(b"h", "").lower())
        found.append((field.get(b"d"), field.get(b"s"), field.get(b"a"), bool(valid), names))
    return found


def of_signatures(mail, verdict):
    """What is wrong with signatures, SPF and DMARC."""
    found = by_dkimpy(mail)
    same = [(each["domain"], each["selector"], each["algorithm"], each["valid"]) for each in verdict["signatures"]]
    if [each[:4] for each in found] != same:
        yield f"dkimpy says {[each[:4] for each in found]}, mailauth {same}"
    for domain, selector, algorithm, valid, names in found:
        if not valid:
            yield f"the signature {algorithm} of {selector}.{domain} is not valid"
        unsigned = [name for name in WAYS_OUT if name in mail.parsed and name not in names]
        if unsigned:
            yield f"{algorithm} does not sign {', '.join(unsigned)}"
    if not mail.signs:
        return
    if sorted(each[2] for each in found) != ALGORITHMS:
        yield f"it must be signed by {ALGORITHMS}, and is by {[each[2] for each in found]}"
    if not all(each["aligned"] for each in verdict["signatures"]):
        yield "a signature is not aligned with From"
    if verdict["dmarc"] != "pass":
        yield f"DMARC: {verdict['dmarc']}"
    if mail.envelope and (verdict["spf"] != "pass" or not verdict["spfAligned"]):
        yield f"SPF of {mail.envelope['from']}: {verdict['spf']}, aligned: {verdict['spfAligned']}"


def of_ways_out(mail, texts):
    there = [name for name in WAYS_OUT if name in mail.parsed]
    if len(there) == 1:
        yield f"{there[0]} stands alone"
    if not there and any(re.search(r"https?://[^\s\"]+/u/", text) for text in texts):
        yield "it shows a way out and has no List-Unsubscribe"


def unfolded(text):
    return re.sub(r"\s+", " ", text).strip()


def decoded(value):
    """Bytes outside ASCII are UTF-8 (RFC 6532)."""
    text = value.encode("ascii", "surrogateescape").decode("utf-8")
    # What is no encoded word comes back as bytes of this codec, or as text where there is none at all.
    return unfolded("".join(part if isinstance(part, str) else part.decode(charset or "raw-unicode-escape")
                            for part, charset in email.header.decode_header(text)))


def of_part(name):
    return name.lower().startswith("content-")


def by_python(mail):
    """As mail_show has it."""
    parts = []
    for part in email.message_from_bytes(mail.bytes, policy=email.policy.default).walk():
        if part.is_multipart():
            continue
        text = part.get_content() if part.get_content_maintype() == "text" else ""
        parts.append({"type": part.get_content_type(), "text": text.replace("\r\n", "\n")})
    return {"type": mail.parsed.get_content_type(),
            "headers": [[name, decoded(value)] for name, value in mail.parsed.raw_items() if not of_part(name)],
            "parts": parts}


def of_reading(mail, by_gmime):
    ours = {**by_gmime, "headers": [[name, unfolded(value)] for name, value in by_gmime["headers"]
                                    if not of_part(name)]}
    theirs = by_python(mail)
    for key in ("type", "headers", "parts"):
        if ours[key] != theirs[key]:
            differ = next(((one, other) for one, other in zip(ours[key], theirs[key]) if one != other),
                          (ours[key], theirs[key]))
            yield f"{key}: GMime reads {differ[0]!r}, Python {differ[1]!r}"
    if theirs["parts"] and not all(part["text"].strip() for part in theirs["parts"]):
        yield "a part has no text"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--program", default="build/release/mail_show")
    options = parser.parse_args()
    mails = [Mail(path) for path in sorted(glob(os.path.join(options.folder, "*", "*.eml")))]
    failures = []
    verdicts = by_mailauth(mails)
    shown = lines_of([options.program], [each.path for each in mails])
    signed = received = with_way_out = 0
    for mail, verdict, read in zip(mails, verdicts, shown):
        wrong = [*of_signatures(mail, verdict), *of_ways_out(mail, [part["text"] for part in read["parts"]]),
                 *of_reading(mail, read)]
        if wrong:
            failures.append(f"{mail.path} ({mail.parsed['Subject']} to {mail.parsed['To']}): " + "; ".join(wrong))
        signed += bool(verdict["signatures"])
        received += bool(mail.signs and mail.envelope)
        with_way_out += "List-Unsubscribe" in mail.parsed
    # What the suite is there for must have been among them.
    for name, count in (("signed", signed), ("with SPF", received), ("with List-Unsubscribe", with_way_out)):
        if count == 0:
            failures.append(f"no mail is {name}")
    for failure in failures[:FAILURES_SHOWN]:
        print(failure.encode("ascii", "backslashreplace").decode())
    print(f"{len(mails)} mails: {signed} signed, {received} with SPF, {with_way_out} with List-Unsubscribe")
    print(f"{max(len(mails) - len(failures), 0)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
