#!/usr/bin/python3
"""Checks whom `sojourn agent classify` takes for a robot. The last line is `N passed, N failed`.

    tests/bots/check.py [--program build/dev/sojourn]

The agents are those of npm's crawler-user-agents and user-agents, which script/setup unpacks into .tools. Of robots at
least 98 % must be caught; of people at most 1.5 % may be taken for robots, by count, and by how often each agent is met.
"""

import argparse
import json
import os
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
CAUGHT_MIN = 0.98
FLAGGED_MAX = 0.015

# One question for each member, and those that are refused.
LINES = [
    ({"userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}, {"machine": False}),
    ({"userAgent": "Examplebot/1.0"}, {"machine": True, "reason": "scanner_agent"}),
    ({"userAgent": "Mozilla/5.0", "kind": "open"}, {"machine": True, "reason": "privacy_proxy"}),
    ({"userAgent": "Mozilla/5.0 (X11)", "method": "HEAD"}, {"machine": True, "reason": "head"}),
    ({"userAgent": "Mozilla/5.0 (X11)", "ip": "17.1.2.3"}, {"machine": True, "reason": "scanner_network"}),
    ({"userAgent": "Mozilla/5.0 (X11)", "sinceSentMs": 1999}, {"machine": True, "reason": "too_soon"}),
    ({"userAgent": "Mozilla/5.0 (X11)", "sinceSentMs": 2000}, {"machine": False}),
    ({"userAgent": "Mozilla/5.0 (X11)", "linksInBurst": 3}, {"machine": True, "reason": "many_links"}),
    ({"userAgent": "Mozilla/5.0 (X11)", "mailsFromAddress": 20}, {"machine": True, "reason": "many_recipients"}),
    ({"userAgent": "Mozilla/5.0 (X11)", "hiddenLink": True}, {"machine": True, "reason": "hidden_link"}),
    ({"kind": "glance"}, {"error": 'kind: cannot be "glance"'}),
    ({"sinceSentMs": -1}, {"error": "sinceSentMs: is -1, the limits are 0 and 1000000000"}),
    ([], {"error": "a hit must be a JSON object"}),
]


def classify(program, hits):
    text = "".join(json.dumps(hit) + "\n" for hit in hits)
    result = subprocess.run([program, "agent", "classify"], input=text.encode(), capture_output=True, check=False)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    if len(answers) != len(hits):
        raise RuntimeError(f"{len(hits)} questions, {len(answers)} answers: {result.stderr.decode()}")
    return result.returncode, answers


def unpacked(*path):
    with open(os.path.join(ROOT, ".tools", "npm", *path), encoding="utf-8") as file:
        return json.load(file)


def share_of(program, agents):
    """Of (agent, weight): the share that is taken for robots, by count and by weight."""
    _, answers = classify(program, [{"userAgent": agent, "kind": "click"} for agent, _ in agents])
    flagged = [weight for (_, weight), answer in zip(agents, answers) if answer["machine"]]
    return len(flagged) / len(agents), sum(flagged) / sum(weight for _, weight in agents)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "release", "sojourn"))
    program = os.path.realpath(parser.parse_args().program)
    checks = []
    code, answers = classify(program, [question for question, _ in LINES])
    checks.append((code == 2, f"lines that cannot be read end in code {code}"))
    for (question, expected), answer in zip(LINES, answers):
        checks.append((answer == expected, f"{question}: expected {expected}, got {answer}"))
    robots = [(agent, 1) for entry in unpacked("crawler-user-agents", "crawler-user-agents.json")
              for agent in entry["instances"]]
    people = [(entry["userAgent"], entry["weight"]) for entry in unpacked("user-agents", "dist", "user-agents.json")]
    caught, _ = share_of(program, robots)
    flagged, weighted = share_of(program, people)
    print(f"caught {caught:.2%} of {len(robots)} robots; flagged {flagged:.2%} of {len(people)} agents of people, "
          f"{weighted:.2%} by how often they are met")
    checks.append((caught >= CAUGHT_MIN, f"{caught:.2%} of robots are caught, the least is {CAUGHT_MIN:.1%}"))
    checks.append((max(flagged, weighted) <= FLAGGED_MAX,
                   f"{max(flagged, weighted):.2%} of people are flagged, the most is {FLAGGED_MAX:.1%}"))
    failures = [message for passed, message in checks if not passed]
    for failure in failures:
        print(failure)
    print(f"{len(checks) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
