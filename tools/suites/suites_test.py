#!/usr/bin/env python3
"""Counting: what the test programs print is read right, and neither a crash nor an idle run looks like success."""

import os
import tempfile
import types
import unittest

import suites
from suites import Count

OPTIONS = types.SimpleNamespace(long=False)


class Reading(unittest.TestCase):
    def test_the_last_line_counts(self):
        self.assertEqual(suites.last_line((0, "1 passed, 0 failed\n12 passed, 0 failed\n")), Count(12, 0))
        self.assertEqual(suites.last_line((1, "12 passed, 3 failed\n")), Count(12, 3))

    def test_a_crash_after_passing_is_one_failure(self):
        self.assertEqual(suites.last_line((139, "12 passed, 0 failed\n")), Count(12, 1))

    def test_a_command_that_ran_nothing_is_a_failure(self):
        self.assertEqual(suites.last_line((0, "no tests\n")), Count(0, 1))

    def test_vitest_counts_tests_and_not_files(self):
        output = " Test Files  1 failed | 2 passed (3)\n      Tests  2 failed | 40 passed (42)\n"
        self.assertEqual(suites.vitest((1, output)), Count(40, 2))
        self.assertEqual(suites.vitest((0, " Test Files  2 passed (2)\n      Tests  40 passed (40)\n")), Count(40, 0))

    def test_cancelled_node_tests_are_failures(self):
        self.assertEqual(suites.node_test((1, "# tests 4\n# pass 2\n# fail 1\n# cancelled 1\n")), Count(2, 2))
        self.assertEqual(suites.node_test((0, "ℹ tests 2\nℹ pass 2\nℹ fail 0\nℹ cancelled 0\n")), Count(2, 0))

    def test_python_errors_and_failures_are_failures(self):
        self.assertEqual(suites.unittest((1, "Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n")), Count(3, 2))
        self.assertEqual(suites.unittest((0, "Ran 5 tests in 0.1s\n\nOK\n")), Count(5, 0))

    def test_googletest_cases_that_did_not_run_are_not_passed(self):
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
            file.write('<testsuites tests="9" failures="2" disabled="1" skipped="1" errors="0"/>')
            file.flush()
            self.assertEqual(suites.gtest_cases(file.name), Count(5, 2))
        self.assertEqual(suites.gtest_cases("/nowhere.xml"), Count(0, 0))


class Running(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        logs = suites.LOGS
        suites.LOGS = self.folder.name
        self.addCleanup(setattr, suites, "LOGS", logs)

    def total(self, function):
        before = os.dup(1)
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            try:
                return suites.run_suite(suites.Suite("planted", function, ".", False), OPTIONS)
            finally:
                os.dup2(before, 1)
                os.close(before)

    def test_counts_of_all_commands_are_summed(self):
        def planted(options, run):
            yield suites.last_line(run("echo", "3 passed, 0 failed"))
            yield suites.last_line(run("sh", "-c", "echo 1 passed, 2 failed; exit 1"))
        self.assertEqual(self.total(planted), Count(4, 2))

    def test_a_command_that_does_not_exist_is_a_failure(self):
        def planted(options, run):
            yield suites.one(run("/nowhere/program"))
        self.assertEqual(self.total(planted), Count(0, 1))

    def test_a_command_that_hangs_is_killed_and_is_a_failure(self):
        def planted(options, run):
            yield suites.one(run("sleep", "600", limit_s=0.05))
        self.assertEqual(self.total(planted), Count(0, 1))

    def test_a_suite_without_commands_is_a_failure(self):
        self.assertEqual(self.total(lambda options, run: iter(())), Count(0, 1))


if __name__ == "__main__":
    unittest.main()
