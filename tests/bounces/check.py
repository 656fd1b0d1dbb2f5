#!/usr/bin/python3
"""Checks what `sojourn bounce parse` says of mails whose meaning is known. The last line is `N passed, N failed`.

    tests/bounces/check.py [--program build/dev/sojourn]

Two sets: mails/, of which expected.txt tells everything; and the real mails of Debian's python3-flufl.bounce, whose own
table tells recipients, and whether the failure is final. Of those at least 95 % must be right. flufl.txt names where
that table and ours mean different things, with the reason.
"""

import argparse
import ast
import json
import os
import subprocess
import sys
from collections import defaultdict

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
HERE = os.path.join(ROOT, "tests", "bounces")
# Debian's package brings the tests of the library, and in them the mails.
FLUFL = "/usr/lib/python3/dist-packages/flufl/bounce"
SHARE_MIN = 0.95
FAILURES_SHOWN = 20


def parse(program, folder, names):
    """What the program says of files: by name, a list of (recipient, class, reason, status)."""
    result = subprocess.run([program, "bounce", "parse", *names], cwd=folder, capture_output=True, check=True)
    said = defaultdict(list)
    for line in result.stdout.decode().splitlines():
        one = json.loads(line)
        assert list(one) == ["file", "recipient", "status", "class", "reason"], line
        said[one["file"]].append((one["recipient"], one["class"], one["reason"], one["status"]))
    return said


def table(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                yield line.split()


def none_or(text):
    return None if text == "-" else text


def check_own(program):
    """The failures among our own mails, and how many there are."""
    expected = defaultdict(list)
    for name, recipient, kind, reason, status in table(os.path.join(HERE, "expected.txt")):
        expected[name + ".eml"].append((none_or(recipient), kind, reason, none_or(status)))
    folder = os.path.join(HERE, "mails")
    names = sorted(os.listdir(folder))
    said = parse(program, folder, names)
    failures = [f"{name}: is not in expected.txt" for name in names if name not in expected]
    for name, findings in expected.items():
        if sorted(said[name], key=str) != sorted(findings, key=str):
            failures.append(f"{name}: expected {findings}, got {said[name]}")
    # The same mail by standard input.
    with open(os.path.join(folder, "qmail.eml"), "rb") as file:
        result = subprocess.run([program, "bounce", "parse", "-"], stdin=file, capture_output=True, check=True)
    if json.loads(result.stdout)["file"] != "-":
        failures.append("-: standard input is not read")
    missing = subprocess.run([program, "bounce", "parse", "no-such-file"], capture_output=True, check=False)
    if missing.returncode != 2 or b"no-such-file cannot be read" not in missing.stderr:
        failures.append("no-such-file: is not refused")
    return failures, len(expected) + 2


def flufl_table():
    """By file: {recipient: final?}, from the library's own test table, which is a literal."""
    with open(os.path.join(FLUFL, "testing", "helpers.py"), encoding="utf-8") as file:
        tree = ast.parse(file.read())
    rows = next(ast.literal_eval(node.value) for node in tree.body
                if isinstance(node, ast.Assign) and node.targets[0].id == "DATA")
    expected = defaultdict(dict)
    for _, name, recipients, *is_temporary in rows:
        expected[name]  # a mail that names nobody is expected too
        for recipient in recipients:
            expected[name].setdefault(recipient.decode().lower(), not any(is_temporary))
    return expected


def check_flufl(program):
    expected = flufl_table()
    meant = {"soft": {}, "miss": set()}
    for kind, name, *reason in table(os.path.join(HERE, "flufl.txt")):
        if kind == "miss":
            meant["miss"].add(name)
        else:
            meant["soft"][name] = reason[0]
    said = parse(program, os.path.join(FLUFL, "tests", "data"), sorted(expected))
    failures, right, same = [], 0, 0
    for name, recipients in sorted(expected.items()):
        got = {(who or "").lower(): (kind, reason) for who, kind, reason, _ in said[name] if kind in ("hard", "soft")}
        got.pop("", None)
        final = {who: kind == "hard" for who, (kind, _) in got.items()}
        soft_reason = meant["soft"].get(name)
        reasons = {reason for _, reason in got.values()}
        here = {who: is_final and soft_reason is None for who, is_final in recipients.items()}
        same += final == recipients
        if final == here and (soft_reason is None or reasons == {soft_reason}):
            right += 1
            if name in meant["miss"]:
                failures.append(f"{name}: is read rightly, flufl.txt says that it is missed")
        elif name not in meant["miss"]:
            failures.append(f"{name}: expected {here} {soft_reason or ''}, got {got}")
    print(f"flufl.bounce: {right} of {len(expected)} mails right; {same} have its own verdict, where a full mailbox "
          "is final")
    if right < SHARE_MIN * len(expected):
        failures.append(f"{right} of {len(expected)} mails right, the least is {SHARE_MIN:.0%}")
    return failures, len(expected) + 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "release", "sojourn"))
    program = os.path.realpath(parser.parse_args().program)
    failures, count = check_own(program)
    if os.path.isdir(FLUFL):
        more, more_count = check_flufl(program)
        failures, count = failures + more, count + more_count
    else:
        failures, count = failures + [f"{FLUFL} is missing: script/setup installs it"], count + 1
    for failure in failures[:FAILURES_SHOWN]:
        print(failure)
    print(f"{count - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
