#!/usr/bin/env python3
"""Compares our Liquid with two that others wrote: Debian's ruby-liquid and npm's liquidjs.

    compare.py --program build/dev/sojourn [--count 5000] [--seed 1] [--show 20]

Renders templates made from a seed (generate.py), and every text of examples/ that holds Liquid, through all three. Where
the two others agree we must print the same; where they do not we must print what Ruby prints, which is what Liquid is
defined by. What differs all the same stands in differences.json with its reason, by what the template holds; an entry
that explains nothing any more is an error too.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from glob import glob

import generate

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.realpath(os.path.join(HERE, "..", ".."))
ENVIRONMENT = {**os.environ, "TZ": "UTC"}
BATCH_LIMIT_S = 540


def answers(command, lines):
    done = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, cwd=ROOT,
                          env=ENVIRONMENT, timeout=BATCH_LIMIT_S, check=False)
    made = [json.loads(line) for line in done.stdout.splitlines()]
    if len(made) != len(lines):
        sys.exit(f"{command[0]} answered {len(made)} of {len(lines)} lines: {done.stderr[-2000:]}")
    return made


def example_texts():
    """Every file of examples/ that holds Liquid, as one text."""
    for path in sorted(glob(os.path.join(ROOT, "examples", "**", "*"), recursive=True)):
        if not os.path.isfile(path):
            continue
        with open(path, encoding="utf-8", errors="ignore") as file:
            text = file.read()
        if "{{" in text or "{%" in text:
            yield text


EXAMPLE_DATA = {
    "contact": {"firstName": "Ana", "email": "ana@example.com", "attributes": {"plan": "pro"}, "language": "en"},
    "event": {"name": "Order Completed", "properties": {"order_id": "A-1", "total": 59.5, "currency": "EUR",
              "products": [{"name": "Shoe", "price": 30, "quantity": 1}, {"name": "Hat", "price": 29.5, "quantity": 1}]}},
    "workspace": {"name": "Acme"},
}


def compared_cases(seed, count):
    made = generate.cases(seed, count)
    made += [{"template": text, "data": EXAMPLE_DATA, "templates": {}} for text in example_texts()]
    return made


class Differences:
    """What is known to differ: by a pattern that is found in the template, from whom, and why."""

    def __init__(self):
        with open(os.path.join(HERE, "differences.json"), encoding="utf-8") as file:
            self.entries = json.load(file)
        self.used = set()

    def explain(self, template, differs_from):
        for index, entry in enumerate(self.entries):
            if entry["from"] == differs_from and re.search(entry["pattern"], template):
                self.used.add(index)
                return entry["reason"]
        return None

    def unused(self):
        return [entry for index, entry in enumerate(self.entries) if index not in self.used]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()

    cases = compared_cases(options.seed, options.count)
    lines = [json.dumps(case, ensure_ascii=False) for case in cases]
    ours = answers([options.program, "render", "--batch"], lines)
    ruby = answers(["ruby", os.path.join(HERE, "peers", "ruby_liquid.rb")], lines)
    script = answers(["node", os.path.join(HERE, "peers", "liquidjs.mjs")], lines)

    known = Differences()
    agreed = passed = explained = 0
    failures = []
    for case, mine, theirs, other in zip(cases, ours, ruby, script):
        both = "result" in theirs and theirs == other
        agreed += both
        same = mine == theirs or ("error" in mine and "error" in theirs)
        if same:
            passed += 1
        elif known.explain(case["template"], "both" if both else "ruby"):
            explained += 1
        else:
            failures.append((both, case, mine, theirs, other))
    for both, case, mine, theirs, other in failures[:options.show]:
        print("differs from %s\n  template %r\n  ours     %r\n  ruby     %r\n  liquidjs %r" % (
            "both" if both else "ruby", case["template"], mine, theirs, other))
    stale = known.unused() if options.seed == 1 and options.count >= 5000 else []
    for entry in stale:
        print(f"differences.json explains nothing: {entry['pattern']}")
    print(f"{len(cases)} templates, the two others agree on {agreed}; {explained} differ for a known reason")
    print(f"{passed + explained} passed, {len(failures) + len(stale)} failed")
    sys.exit(1 if failures or stale else 0)


if __name__ == "__main__":
    main()
