#!/usr/bin/env python3
"""Runs the test suites that script/test names, counts what passed and failed, and says how long each took.

A suite is a function at the end of this file that yields one Count for each command it ran. Its folder may be absent;
then it is skipped. A command that crashes, hangs, or ends well without having run one test counts as a failure.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from collections import namedtuple
from glob import glob

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
LOGS = "build/test-logs"
TAIL_LINES = 60
MINUTE = 60

Count = namedtuple("Count", "passed failed")
Suite = namedtuple("Suite", "name run needs long_only")
SUITES = []


def suite(name, needs=".", long_only=False):
    """Registers a function(options, run) under `name`; it is skipped where the path `needs` is absent."""
    def register(function):
        SUITES.append(Suite(name, function, needs, long_only))
        return function
    return register


class Runner:
    """Runs the commands of one suite; their output goes to one log file."""

    def __init__(self, name):
        self.log_path = f"{LOGS}/{name}.log"
        self.log = open(self.log_path, "w", encoding="utf-8")

    def __call__(self, *command, cwd=".", env=None, limit_s=10 * MINUTE):
        """(exit code, output). A command that outlives its limit is killed with its children: code 124."""
        self.log.write(f"$ {' '.join(command)}\n")
        self.log.flush()
        begin = self.log.tell()
        environment = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "0", "CI": "1", **(env or {})}
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=self.log,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            code = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            code = 124
            self.log.write(f"killed: it ran longer than {limit_s} s\n")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.log.flush()
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            file.seek(begin)
            return code, file.read()

    def tail(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-TAIL_LINES:])


def settle(code, passed, failed):
    """A count that cannot hide a crash, nor a command that ran nothing."""
    if failed == 0 and (code != 0 or passed == 0):
        failed = 1
    return Count(passed, failed)


def summed(pattern, text):
    return sum(int(number) for number in re.findall(pattern, text, re.M))


def one(result):
    """For a command that is one check."""
    return Count(1, 0) if result[0] == 0 else Count(0, 1)


def last_line(result):
    """For commands that end with `N passed, N failed`."""
    found = re.findall(r"(\d+) passed, (\d+) failed", result[1])
    passed, failed = map(int, found[-1]) if found else (0, 0)
    return settle(result[0], passed, failed)


def vitest(result):
    tests = "\n".join(re.findall(r"^\s*Tests\s.*$", result[1], re.M))
    return settle(result[0], summed(r"(\d+) passed", tests), summed(r"(\d+) failed", tests))


def node_test(result):
    failed = summed(r"^(?:#|ℹ) (?:fail|cancelled) (\d+)", result[1])
    return settle(result[0], summed(r"^(?:#|ℹ) pass (\d+)", result[1]), failed)


def unittest(result):
    ran = summed(r"^Ran (\d+) tests?", result[1])
    failed = summed(r"(?:failures|errors)=(\d+)", result[1])
    return settle(result[0], ran - failed, failed)


def ctest(run, build, env=None, limit_s=15 * MINUTE):
    """Counts single GoogleTest cases; a test program that crashed counts as one failure more."""
    cases = os.path.join(ROOT, build, "test-cases")
    shutil.rmtree(cases, ignore_errors=True)
    junit = os.path.join(ROOT, build, "ctest.xml")
    if os.path.exists(junit):
        os.remove(junit)
    result = run("ctest", "--test-dir", build, "--output-on-failure", "--parallel", str(os.cpu_count()), "--timeout",
                 str(15 * MINUTE), "--output-junit", junit, "--label-exclude", "^(simulation|fuzz|bench)$",
                 env={"GTEST_OUTPUT": f"xml:{cases}/", **(env or {})}, limit_s=limit_s)
    passed = failed = 0
    if os.path.exists(junit):
        for program in xml.parse(junit).getroot().iter("testcase"):
            counted = gtest_cases(f"{cases}/sojourn_{program.get('name')}_test.xml")
            if program.get("status") != "run" and counted.failed == 0:
                counted = Count(counted.passed, 1)
            elif counted == Count(0, 0):
                counted = Count(1, 0)
            passed, failed = passed + counted.passed, failed + counted.failed
    return settle(result[0], passed, failed)


def gtest_cases(path):
    try:
        report = xml.parse(path).getroot()
    except (OSError, xml.ParseError):  # the program crashed before it could write
        return Count(0, 0)
    failed = int(report.get("failures")) + int(report.get("errors", 0))
    idle = int(report.get("disabled", 0)) + int(report.get("skipped", 0))
    return Count(int(report.get("tests")) - failed - idle, failed)


# From here on: the suites, in the order in which they run.


@suite("tidy", needs="tools/tidy")
def tidy(options, run):
    yield last_line(run("tools/tidy/tidy.py"))
    yield unittest(run("python3", "tools/tidy/tidy_test.py"))
    yield unittest(run("python3", "tools/suites/suites_test.py"))


@suite("format")
def formatting(options, run):
    yield one(run("script/format", "--check"))


@suite("build")
def build(options, run):
    yield one(run("script/build", "release", "all", "bench/all", limit_s=40 * MINUTE))


@suite("headers", needs="src")
def headers(options, run):
    """Every header compiles alone."""
    yield one(run("script/build", "release", "all_verify_interface_header_sets", limit_s=20 * MINUTE))


@suite("unit", needs="src")
def unit(options, run):
    # Properties draw the same cases on every run; --long draws new ones.
    yield ctest(run, "build/release", env={} if options.long else {"RC_PARAMS": "seed=20261128"})


@suite("scenarios", needs="examples")
def scenarios(options, run):
    folders = sorted(glob("examples/*/") + glob("tests/scenarios/*/"))
    # One folder is the ground of the examples in docs/reference/scenarios.md: a test program plays those.
    for folder in (each for each in folders if glob(f"{each}**/*.scenario", recursive=True)):
        yield last_line(run("build/release/sojourn", "test", folder))


@suite("waits", needs="tests/waits")
def waits(options, run):
    """Against Python as an oracle; by Debian's interpreter, which has the packages of script/setup."""
    count = "100000" if options.long else "3000"
    yield last_line(run("/usr/bin/python3", "tests/waits/oracle.py", "--random", count))


@suite("liquid", needs="tests/liquid")
def liquid(options, run):
    """Our own cases, then templates from a seed beside the Liquid of Debian and that of npm (script/setup)."""
    program = "build/release/sojourn"
    yield last_line(run("python3", "tests/liquid/cases.py", "--program", program))
    yield last_line(run("python3", "tests/liquid/compare.py", "--program", program, limit_s=10 * MINUTE))
    if options.long:
        yield last_line(run("python3", "tests/liquid/compare.py", "--program", program, "--seed", "2", "--count", "30000",
                            limit_s=30 * MINUTE))


@suite("blocks", needs="tests/blocks")
def blocks(options, run):
    """Documents of blocks beside their goldens; all our mails before SpamAssassin and caniemail (script/setup)."""
    yield last_line(run("/usr/bin/python3", "tests/blocks/check.py"))


@suite("bounces", needs="tests/bounces")
def bounces(options, run):
    """Mails that came back: ours, and the real ones that Debian's python3-flufl.bounce brings."""
    yield last_line(run("/usr/bin/python3", "tests/bounces/check.py"))


@suite("bots", needs="tests/bots")
def bots(options, run):
    """Agents of robots and of people, of the two npm packages that script/setup pins."""
    yield last_line(run("/usr/bin/python3", "tests/bots/check.py"))


@suite("smtp", needs="tests/smtp")
def smtp(options, run):
    """Servers that misbehave, and what becomes of a mail: ours, Postfix's smtp-sink, npm smtp-server."""
    yield last_line(run("/usr/bin/python3", "tests/smtp/check.py"))


@suite("simulation", needs="tests/simulation")
def simulation(options, run):
    seeds = "5000" if options.long else "50"
    yield last_line(run("build/release/simulate", "--seeds", seeds, limit_s=120 * MINUTE))
    yield last_line(run("build/release/simulate", "--planted", "all"))


@suite("web", needs="web/package.json")
def web(options, run):
    yield one(run("npm", "run", "check", cwd="web"))
    yield vitest(run("npm", "test", cwd="web"))


@suite("sdk", needs="sdk/js/package.json")
def sdk(options, run):
    yield one(run("npm", "run", "check", cwd="sdk/js"))
    yield vitest(run("npm", "test", cwd="sdk/js"))


def receivers():
    """Where the end-to-end tests find the programs that they start."""
    return {"SMTP_SINK_BIN": shutil.which("smtp-sink") or "", "CHROMIUM_BIN": shutil.which("chromium") or ""}


# The mails of the last run of e2e.
KEPT_MAILS = "build/test-mails"


@suite("e2e", needs="tests/e2e/package.json")
def e2e(options, run):
    shutil.rmtree(KEPT_MAILS, ignore_errors=True)
    env = {**receivers(), "KEPT_MAILS": os.path.join(ROOT, KEPT_MAILS)}
    yield node_test(run("npm", "test", cwd="tests/e2e", env=env, limit_s=30 * MINUTE))


@suite("mails", needs="tests/mails")
def mails(options, run):
    """Every mail that e2e took in: signatures, SPF, DMARC and structure, as others read them."""
    yield last_line(run("/usr/bin/python3", "tests/mails/check.py", KEPT_MAILS))


@suite("lighthouse", needs="tests/lighthouse", long_only=True)
def lighthouse(options, run):
    """The hosted pages before Lighthouse, which is fetched for this alone."""
    yield one(run("npm", "ci", cwd="tests/lighthouse"))
    yield last_line(run("node", "check.mjs", cwd="tests/lighthouse", env=receivers(), limit_s=20 * MINUTE))


@suite("kill", needs="tests/e2e/kill9.mjs")
def kill_rounds(options, run):
    rounds = "100" if options.long else "20"
    yield last_line(run("node", "kill9.mjs", "--rounds", rounds, cwd="tests/e2e", env=receivers(), limit_s=30 * MINUTE))
    kills, recipients = ("100", "50000") if options.long else ("10", "2000")
    campaign = ["campaign_kill9.mjs", "--rounds", kills, "--recipients", recipients]
    yield last_line(run("node", *campaign, cwd="tests/e2e", env=receivers(), limit_s=60 * MINUTE))


@suite("asan", needs="src", long_only=True)
def asan(options, run):
    yield one(run("script/build", "asan", "all", limit_s=120 * MINUTE))
    yield ctest(run, "build/asan", {"ASAN_OPTIONS": "detect_stack_use_after_return=1"}, limit_s=60 * MINUTE)
    yield last_line(run("build/asan/simulate", "--seeds", "20", limit_s=20 * MINUTE))


@suite("tsan", needs="src", long_only=True)
def tsan(options, run):
    yield one(run("script/build", "tsan", "all", limit_s=120 * MINUTE))
    yield ctest(run, "build/tsan", {"TSAN_OPTIONS": "halt_on_error=1"}, limit_s=60 * MINUTE)


FUZZ_SECONDS_EACH = 30
FUZZ_INPUT_SECONDS_MAX = 10  # an input that takes longer is a fault
# Files to begin with, where there are any; others begin with nothing.
FUZZ_SEEDS = {
    "fuzz_definitions": "examples/*/*/*.yaml",
    "fuzz_inbound_mail": "tests/bounces/mails/*.eml",
    "fuzz_liquid": "examples/*/templates/*.yaml",
    "fuzz_scenario": "examples/*/*.scenario",
}


@suite("fuzz", needs="tests/fuzz", long_only=True)
def fuzz(options, run):
    yield one(run("script/build", "fuzz", "tests/fuzz/all", limit_s=120 * MINUTE))
    for source in sorted(glob("tests/fuzz/fuzz_*.cc")):
        program = f"build/fuzz/{source.removesuffix('.cc')}"
        yield one(run(program, f"-max_total_time={FUZZ_SECONDS_EACH}", f"-timeout={FUZZ_INPUT_SECONDS_MAX}",
                      "-print_final_stats=1", f"-artifact_prefix={program}-found-", *fuzz_seeds(program),
                      limit_s=FUZZ_SECONDS_EACH + 2 * MINUTE))


def fuzz_seeds(program):
    """The option that names the files a fuzzer begins with; none where there are none."""
    files = sorted(glob(FUZZ_SEEDS.get(os.path.basename(program), "")))
    return ["-seed_inputs=" + ",".join(files)] if files else []


def run_suite(chosen, options):
    """The sum over the suite's commands; an exception in a suite is a failure of it."""
    run = Runner(chosen.name)
    passed = failed = 0
    begin = time.monotonic()
    try:
        for count in chosen.run(options, run):
            passed, failed = passed + count.passed, failed + count.failed
    except Exception as error:  # noqa: BLE001 - whatever it is, the other suites must still run
        run.log.write(f"{type(error).__name__}: {error}\n")
        run.log.flush()
        failed += 1
    total = settle(0, passed, failed)
    print(f"{chosen.name:<12} {total.passed:>6} passed {total.failed:>4} failed {time.monotonic() - begin:>8.1f} s",
          flush=True)
    if total.failed:
        print(f"--- the end of {run.log_path}\n{run.tail()}---", flush=True)
    run.log.close()
    return total


def main():
    parser = argparse.ArgumentParser(prog="script/test", description="Runs the test suites.")
    parser.add_argument("--long", action="store_true", help="also sanitizers, fuzzers, more seeds and kill rounds")
    parser.add_argument("--only", action="append", metavar="SUITE", choices=[each.name for each in SUITES],
                        help="one of: " + ", ".join(each.name for each in SUITES))
    options = parser.parse_args()
    os.chdir(ROOT)
    os.makedirs(LOGS, exist_ok=True)
    begin = time.monotonic()
    passed = failed = 0
    for each in SUITES:
        wanted = each.name in options.only if options.only else options.long or not each.long_only
        if not wanted:
            continue
        if not os.path.exists(each.needs):
            print(f"{each.name:<12} skipped: there is no {each.needs}", flush=True)
            continue
        total = run_suite(each, options)
        passed, failed = passed + total.passed, failed + total.failed
    print(f"{time.monotonic() - begin:.0f} s in all; logs are in {LOGS}")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
