#!/usr/bin/python3
"""Checks what documents of blocks become. The last line is `N passed, N failed`.

    tests/blocks/check.py [--program build/dev/sojourn] [--update] [--skip-peers]

1. Goldens: each document of documents/ gives the HTML and the text beside it; --update writes them.
2. Every example of docs/reference/blocks.md can be rendered, and no type of block is without one.
3. Templates: those of examples/ and tests/ have no check that is an error, but for those named in EXCUSED.
4. Peers: SpamAssassin (Debian, local tests alone) gives every mail less than 2.0, and caniemail (npm) knows no feature
   that Gmail, Outlook or Apple Mail lack, but for those that caniemail.txt names with the reason.
"""

import argparse
import email.message
import email.policy
import glob
import json
import mailbox
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
HERE = os.path.join(ROOT, "tests", "blocks")
ADDRESS = "Example Ltd, 1 Example Street, Bristol"
AT = "2026-11-29T12:00:00Z"
SPAM_SCORE_MAX = 2.0
# What every judge of spam knows as such: https://spamassassin.apache.org/gtube/
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
TYPES = ("heading text button image divider spacer columns social menu product list-repeat quote table countdown "
         "video-thumb raw saved-block legal-footer").split()


class Results:
    def __init__(self):
        self.passed = 0
        self.failures = []

    def expect(self, condition, message):
        if condition:
            self.passed += 1
        else:
            self.failures.append(message)


def render(program, path, workspace, data=None):
    """The message as `POST /api/v1/render` gives it, and what was said on the standard error."""
    command = [program, "render", "--document", path, "--workspace", workspace, "--address", ADDRESS, "--at", AT, "--json"]
    if data:
        command += ["--data", data]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None, done.stderr.strip()
    return json.loads(done.stdout), ""


def check_goldens(options, results):
    mails = []
    for path in sorted(glob.glob(f"{HERE}/documents/*.yaml")):
        name = os.path.basename(path).removesuffix(".yaml")
        mail, error = render(options.program, path, f"{HERE}/workspace", f"{HERE}/data.json")
        if mail is None:
            results.expect(False, f"{name}: {error}")
            continue
        mails.append((name, mail))
        for part, ending in (("html", "html"), ("text", "txt")):
            golden = path.removesuffix("yaml") + ending
            if options.update:
                with open(golden, "w", encoding="utf-8") as file:
                    file.write(mail[part])
            expected = ""
            if os.path.exists(golden):
                with open(golden, encoding="utf-8") as file:
                    expected = file.read()
            results.expect(mail[part] == expected, f"{name}: the {part} differs from {os.path.relpath(golden, ROOT)}")
    for wanted in TYPES:
        results.expect(any(name == wanted for name, _ in mails), f"there is no golden for {wanted}")
    return mails


def check_examples_of_docs(options, results):
    """A fenced block of YAML is a list of blocks, a document, or a definition of a brand, block or template."""
    with open(f"{ROOT}/docs/reference/blocks.md", encoding="utf-8") as file:
        examples = re.findall(r"^```yaml\n(.*?)^```$", file.read(), re.M | re.S)
    seen = set()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(f"{HERE}/workspace", f"{folder}/workspace")
        for number, example in enumerate(examples):
            path = f"{folder}/example.yaml"
            seen.update(re.findall(r"type: ([a-z-]+)", example))
            if re.match(r"kind: (brand|block)", example):
                # Read with the workspace by all that follow.
                with open(f"{folder}/workspace/doc-{number}.yaml", "w", encoding="utf-8") as file:
                    file.write(example)
                path = f"{HERE}/documents/text.yaml"
            else:
                if example.startswith("- "):
                    blocks = "".join(f"          {line}\n" for line in example.splitlines())
                    example = f"v: 1\nsubject: example\nrows:\n  - cols:\n      - blocks:\n{blocks}"
                with open(path, "w", encoding="utf-8") as file:
                    file.write(example)
            mail, error = render(options.program, path, f"{folder}/workspace", f"{HERE}/data.json")
            results.expect(mail is not None, f"example {number + 1} of blocks.md: {error}")
    for wanted in TYPES:
        results.expect(wanted in seen, f"blocks.md has no example of {wanted}")


# Templates of tests whose messages are not for anybody to read, with the checks that they fail.
EXCUSED = {"tests": {"no_unsubscribe", "no_postal_address"}}


def check_templates(options, results):
    mails = []
    for path in sorted(glob.glob(f"{ROOT}/examples/*/templates/*.yaml") +
                       glob.glob(f"{ROOT}/tests/scenarios/*/templates/*.yaml")):
        name = os.path.relpath(path, ROOT)
        workspace = os.path.dirname(os.path.dirname(path))
        data = f"{workspace}/preview.json"
        mail, error = render(options.program, path, workspace, data if os.path.exists(data) else None)
        if mail is None:
            results.expect(False, f"{name}: {error}")
            continue
        excused = EXCUSED.get(name.split("/")[0], set())
        errors = [each["message"] for each in mail["checks"] if each["level"] == "error" and each["code"] not in excused]
        results.expect(not errors, f"{name}: {'; '.join(errors)}")
        if name.startswith("examples/"):
            mails.append((name, mail))
    return mails


def as_mail(mail, number):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "Marlo & Daughters <hello@news.shop.example>"
    message["To"] = "Ann Example <ann@example.com>"
    message["Subject"] = mail["subject"]
    message["Date"] = "Sun, 29 Nov 2026 12:00:00 +0000"
    message["Message-ID"] = f"<5f0c8e5a7d1b4e0f.{number}@news.shop.example>"
    message["List-Unsubscribe"] = "<https://example.com/u/preview>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail["text"])
    message.add_alternative(mail["html"], subtype="html")
    return message


def check_spam(mails, results):
    program = shutil.which("spamassassin")
    if program is None:
        results.expect(False, "there is no spamassassin: script/setup installs it")
        return
    with tempfile.TemporaryDirectory() as folder:
        box = mailbox.mbox(f"{folder}/mails")
        judged = mails + [("gtube", {"subject": "test", "html": f"<p>{GTUBE}</p>", "text": GTUBE})]
        for number, (_, mail) in enumerate(judged):
            box.add(as_mail(mail, number).as_bytes())
        box.close()
        # Debian's rules alone, and nothing of the user's: no network, no learning.
        with open(f"{folder}/mails", "rb") as mbox, open(f"{folder}/judged", "wb") as answer:
            done = subprocess.run(
                [program, "--local", "--mbox", f"--prefspath={folder}/none", "--nocreate-prefs", "--cf=use_bayes 0",
                 "--cf=use_auto_welcomelist 0", "--cf=report_safe 0",
                 "--cf=add_header all Status _YESNO_, score=_SCORE_ tests=_TESTS_"],
                stdin=mbox, stdout=answer, stderr=subprocess.PIPE, check=False, env={**os.environ, "HOME": folder})
        scores = {}
        # They come back in any order.
        for message in mailbox.mbox(f"{folder}/judged"):
            status = " ".join(str(message["X-Spam-Status"]).split())
            score, tests = re.search(r"score=(-?[\d.]+) tests=(.*)", status).groups()
            scores[int(re.search(r"\.(\d+)@", message["Message-ID"])[1])] = (float(score), tests)
    results.expect(len(scores) == len(judged),
                   f"SpamAssassin judged {len(scores)} of {len(judged)} mails: {done.stderr.decode()[-500:]}")
    results.expect(scores.pop(len(mails), (0, ""))[0] > 100, "SpamAssassin does not know spam")
    for number, (score, tests) in sorted(scores.items()):
        results.expect(score < SPAM_SCORE_MAX, f"{mails[number][0]}: SpamAssassin gives {score}: {tests}")
    if scores:
        print(f"SpamAssassin: {len(scores)} mails, the highest score is {max(score for score, _ in scores.values())}")


def allowed_features():
    """By the title that caniemail gives it; each with a reason, and used by some mail."""
    allowed = {}
    with open(f"{HERE}/caniemail.txt", encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                title, reason = line.rstrip("\n").split("  ", 1)
                allowed[title] = reason.strip()
    return allowed


def check_caniemail(mails, results):
    lines = "".join(json.dumps({"name": name, "html": mail["html"]}) + "\n" for name, mail in mails)
    done = subprocess.run(["node", "caniemail.mjs"], cwd=HERE, input=lines, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        results.expect(False, f"caniemail: {done.stderr[-500:]}")
        return
    allowed = allowed_features()
    used = set()
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        unknown = {title: clients for title, clients in answer["errors"].items() if title not in allowed}
        used.update(set(answer["errors"]) & set(allowed))
        results.expect(not unknown, f"{answer['name']}: caniemail: {unknown}")
    for title in sorted(set(allowed) - used):
        results.expect(False, f"caniemail.txt: {title} is in no mail")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="build/release/sojourn")
    parser.add_argument("--update", action="store_true", help="write the goldens as they are now")
    parser.add_argument("--skip-peers", action="store_true", help="goldens, documentation and templates alone")
    options = parser.parse_args()
    options.program = os.path.realpath(options.program)
    results = Results()
    goldens = check_goldens(options, results)
    check_examples_of_docs(options, results)
    mails = goldens + check_templates(options, results)
    if not options.skip_peers:
        check_spam(mails, results)
        check_caniemail(mails, results)
    for failure in results.failures:
        print(failure)
    print(f"{results.passed} passed, {len(results.failures)} failed")
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main())
