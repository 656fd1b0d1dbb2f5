#!/usr/bin/env python3
"""Renders the cases of cases.txt and says which print something else.

    cases.py --program build/dev/sojourn
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, namedtuple

HERE = os.path.dirname(os.path.realpath(__file__))
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
Case = namedtuple("Case", "name template strict expected")


def unescaped(text):
    return re.sub(r"\\([ntr\\])", lambda found: ESCAPES[found.group(1)], text)


def read_case(block, path):
    lines = block.split("\n")
    if len(lines) != 3 or not lines[1].startswith("  ") or not lines[2].startswith("  => "):
        sys.exit(f"{path}: expected a name, a template and =>, found {block!r}")
    template, expected = lines[1][2:], lines[2][5:]
    strict = template.startswith("strict ")
    quoted = expected.startswith('"') and expected.endswith('"') and len(expected) > 1
    if not quoted and expected != "error":
        sys.exit(f"{path}: expected \"...\" or error behind =>, found {expected!r}")
    return Case(lines[0], unescaped(template.removeprefix("strict ")), strict,
                unescaped(expected[1:-1]) if quoted else None)


def read_cases(path):
    with open(path, encoding="utf-8") as file:
        sections = file.read().split("\n# ")[1:]
    blocks = [block.strip("\n") for section in sections for block in section.split("\n\n")[1:]]
    cases = [read_case(block, path) for block in blocks]
    twice = [name for name, count in Counter((case.name, case.strict) for case in cases).items() if count > 1]
    if twice:
        sys.exit(f"{path}: these names stand there more than once: {twice}")
    return cases


def command_line_checks(program):
    """The same program with files: what it prints, and how it ends."""
    with tempfile.TemporaryDirectory() as folder:
        def write(name, text):
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return path
        data = write("data.json", '{"name": "<Ana>"}')
        hello = write("hello.liquid", "Hello {{ name }}{% render 'foot', x: 1 %}")
        fails = write("fails.liquid", "a{{ 1 | divided_by: 0 }}b")
        write("parts/foot.liquid", "[{{ x }}]")
        write("parts/mail/_head.liquid", "head")
        by_variable = write("by_variable.liquid", "{% assign p = 'mail/head' %}{% include p %}")
        parts = os.path.join(folder, "parts")
        expected = [
            (["--template", hello, "--data", data, "--partials", parts], 0, "Hello <Ana>[1]"),
            (["--template", hello, "--data", data, "--partials", parts, "--html"], 0, "Hello &lt;Ana&gt;[1]"),
            (["--template", by_variable, "--partials", parts], 0, "head"),
            (["--template", fails], 0, "aLiquid error (line 1): divided by 0b"),
            (["--template", fails, "--strict"], 1, ""),
            (["--template", os.path.join(folder, "absent")], 1, ""),
            (["--template", hello, "--data", fails], 1, ""),
            (["--template", hello, "--batch"], 1, ""),
            ([], 1, ""),
        ]
        for flags, code, text in expected:
            done = subprocess.run([program, "render", *flags], capture_output=True, text=True, timeout=60, check=False)
            yield (done.returncode, done.stdout) == (code, text), f"render {flags}: {done}"
        lines = ['{"template": "{{ a }}", "data": {"a": "\\u00e9\\n"}}', "", "[]", '{"template": 1}', "{", '{"template": "{{"}',
                 '{"template": "x", "data": 1}', '{"template": "{{ a }}", "data": {"a": "<"}, "html": true}']
        done = subprocess.run([program, "render", "--batch"], input="\n".join(lines) + "\n", capture_output=True, text=True,
                              timeout=60, check=False)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        kinds = ["result" if "result" in each else "error" for each in found]
        yield kinds == ["result"] + 5 * ["error"] + ["result"] and done.returncode == 1, f"batch: {found}"
        yield found[0] == {"result": "\u00e9\n"} and found[-1] == {"result": "&lt;"}, f"batch: {found}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    options = parser.parse_args()
    cases = read_cases(os.path.join(HERE, "cases.txt"))
    with open(os.path.join(HERE, "cases_data.json"), encoding="utf-8") as file:
        shared = json.load(file)
    lines = [json.dumps({"template": case.template, "strict": case.strict, **shared}) for case in cases]
    done = subprocess.run([options.program, "render", "--batch"], input="\n".join(lines) + "\n", capture_output=True,
                          text=True, env={**os.environ, "TZ": "UTC"}, timeout=300, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(cases):
        sys.exit(f"{len(answers)} answers to {len(cases)} cases: {done.stderr[-2000:]}")
    failed = 0
    for case, answer in zip(cases, answers):
        if (case.expected is None and "error" in answer) or (
                case.expected is not None and answer.get("result") == case.expected):
            continue
        failed += 1
        print(f"{case.name}\n  {case.template!r}\n  expected {case.expected!r}\n  found    {answer}")
    total = len(cases)
    for is_right, message in command_line_checks(options.program):
        total += 1
        if not is_right:
            failed += 1
            print(message)
    print(f"{total - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
