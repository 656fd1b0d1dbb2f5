#!/usr/bin/env python3
"""Checks what must be true of the tree: layers, headers, dead files, the map in README, links in documents.

    tools/tidy/tidy.py [--hints] [ROOT]

Prints one line a violation, `path:line: rule: what is wrong`, and last `tidy: N passed, N failed`, where a rule
is passed or failed as a whole. `--hints` adds sizes and odd names; hints never fail: taste is for readers.
"""

import argparse
import fnmatch
import json
import os
import re
import subprocess
import sys
from collections import namedtuple
from functools import cached_property, lru_cache

CODE = (".h", ".cc")
LINE_COLUMNS_MAX = 100
FILE_LINES_HINT = 400
SKIPPED_FOLDERS = {".git", "build", "node_modules", "dist", ".tools", "data", "__pycache__"}

Violation = namedtuple("Violation", "path line rule message")
RULES = {}


def rule(check):
    """Registers a function of the tree that yields (path, line, message)."""
    RULES[check.__name__.replace("_", "-")] = check
    return check


@lru_cache(maxsize=None)
def pattern(glob):
    """`*` stays within one folder and `**` crosses folders, as in layers.txt."""
    parts = re.split(r"(\*\*|\*)", glob)
    return re.compile("".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts))


def matches(path, globs):
    return any(pattern(glob).fullmatch(path) for glob in globs)


class Layers:
    """layers.txt: who may include whom."""

    def __init__(self, text):
        self.layer, self.test, self.order, self.only = {}, {}, {}, {}
        for number, line in enumerate(text.splitlines(), 1):
            line = line.split("#")[0].strip()
            if not line:
                continue
            match = re.fullmatch(r"(layer|test|order|only)\s+(\S+)\s*:\s*(.*)", line)
            if not match:
                raise ValueError(f"layers.txt:{number}: not a rule: {line}")
            kind, key, value = match.groups()
            getattr(self, kind)[key] = self.ranks(value) if kind == "order" else value.split()

    @staticmethod
    def ranks(text):
        """`a {b c} d` gives {a: 0, b: 1, c: 1, d: 2}."""
        groups = re.findall(r"\{([^}]*)\}|(\S+)", text)
        return {name: rank for rank, (many, one) in enumerate(groups) for name in (many or one).split()}

    def folder_of(self, path, table):
        """The narrowest key of `table` that holds `path` (under src/), or None."""
        folders = [key for key in table if path.startswith(key + "/")]
        return max(folders, key=len, default=None)

    def verdict(self, path, included):
        """None where `path` may include `included` (both under src/), else the reason why not."""
        folder = os.path.dirname(path)
        if included.startswith(folder + "/"):
            return None
        for parent, ranks in self.order.items():
            if path.startswith(parent + "/") and included.startswith(parent + "/"):
                mine, other = path.split("/")[1], included.split("/")[1]
                if mine == other:
                    return None
                if mine not in ranks or other not in ranks:
                    return f"{parent}/{mine if mine not in ranks else other} has no place in tools/tidy/layers.txt"
                if ranks[other] < ranks[mine]:
                    return None
                return f"{parent}/{mine} may not include {parent}/{other}: only what stands to its left"
        layer = self.folder_of(path, self.layer)
        if layer is None:
            return f"{folder} has no layer in tools/tidy/layers.txt"
        allowed = list(self.layer[layer])
        if path.endswith("_test.cc"):
            allowed += self.test.get(self.folder_of(path, self.test), [])
        if layer == "channels" and included.startswith("channels/") and not matches(included, allowed):
            return f"{folder} may not include {included}: one channel never includes another"
        own = layer + "/**" if layer != "channels" else folder + "/**"
        if matches(included, allowed + [own]):
            return None
        return f"{layer} may not include {included}"


class Tree:
    """The files of a repository, read once."""

    def __init__(self, root):
        self.root = root
        self.files = sorted(self.list_files())
        self.file_set = set(self.files)

    def list_files(self):
        listed = subprocess.run(["git", "-C", self.root, "ls-files", "-co", "--exclude-standard", "-z"],
                                capture_output=True, text=True, check=False)
        if listed.returncode == 0:
            names = [name for name in listed.stdout.split("\0") if name]
            return [name for name in names if os.path.isfile(os.path.join(self.root, name))
                    and not SKIPPED_FOLDERS & set(name.split("/")[:-1])]
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
            found += [os.path.relpath(os.path.join(folder, name), self.root) for name in names]
        return found

    @lru_cache(maxsize=None)
    def text(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as file:
            return file.read()

    @lru_cache(maxsize=None)
    def lines(self, path):
        return self.text(path).splitlines()

    @cached_property
    def sources(self):
        return [path for path in self.files if path.endswith(CODE)
                and path.split("/")[0] in ("src", "tests", "bench", "tools")]

    @cached_property
    def folders(self):
        """Every folder that holds a file, at any depth."""
        found = set()
        for path in self.files:
            while path := os.path.dirname(path):
                found.add(path)
        return found

    @lru_cache(maxsize=None)
    def includes(self, path):
        """[(line number, included name, True for quotes)] in order."""
        found = []
        for number, line in enumerate(self.lines(path), 1):
            if match := re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line):
                found.append((number, match.group(2), match.group(1) == '"'))
        return found

    @lru_cache(maxsize=None)
    def code(self, path):
        """The lines without comments; string literals are kept."""
        token = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
        kept = token.sub(lambda m: re.sub(r"[^\n]", " ", m.group()) if m.group().startswith("/") else m.group(),
                         self.text(path))
        return kept.splitlines()

    @cached_property
    def layers(self):
        return Layers(self.text("tools/tidy/layers.txt"))


@rule
def layers(tree):
    """Every #include "..." in src keeps to the table of ARCHITECTURE.md, section 2."""
    for path in tree.sources:
        if not path.startswith("src/"):
            continue
        inner = path.removeprefix("src/")
        for number, name, quoted in tree.includes(path):
            if quoted and "src/" + name not in tree.file_set:
                if not os.path.dirname(name) and name.endswith(".h") or name.startswith("."):
                    yield path, number, f'"{name}" is not written from src/'
                continue  # made by the build
            reason = tree.layers.verdict(inner, name) if quoted else None
            if reason:
                yield path, number, reason


@rule
def libraries(tree):
    """A library with a home (`only` in layers.txt) is included there alone."""
    for path in tree.sources:
        if not path.startswith("src/"):
            continue
        for number, name, quoted in tree.includes(path):
            for library, homes in tree.layers.only.items():
                if not quoted and matches(name, [library]) and not matches(path.removeprefix("src/"), homes):
                    yield path, number, f"<{name}> is included only by {' '.join(homes)}"


IMPURE_HEADERS = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "atomic", "random", "iostream",
                  "fstream", "filesystem", "ctime", "time.h", "unistd.h", "stdio.h", "cstdio", "sys/socket.h"}
IMPURE_CODE = re.compile(r"\b(system_clock|steady_clock|high_resolution_clock|random_device|std::thread|std::jthread|"
                         r"std::mutex|getenv|std::cout|std::cerr|absl::Now|ofstream|ifstream)\b")
SQL = re.compile(r'"\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\b')


@rule
def purity(tree):
    """src/domain has no clock, thread, randomness, stream, file, environment or SQL."""
    for path in tree.sources:
        if not path.startswith("src/domain/") or path.endswith("_test.cc"):
            continue
        for number, name, quoted in tree.includes(path):
            if not quoted and name in IMPURE_HEADERS:
                yield path, number, f"<{name}> has no place in the domain, which is pure"
        for number, line in enumerate(tree.code(path), 1):
            if found := IMPURE_CODE.search(line) or SQL.search(line):
                yield path, number, f"{found.group(1)} has no place in the domain, which is pure"


@rule
def headers(tree):
    """Every header says #pragma once, and every x.cc includes its x.h first."""
    for path in tree.sources:
        if path.endswith(".h") and "#pragma once" not in tree.lines(path):
            yield path, 1, "has no #pragma once"
        if path.startswith("src/") and path.endswith(".cc"):
            own = re.sub(r"(_test)?\.cc$", ".h", path)
            included = tree.includes(path)
            if own in tree.file_set and (not included or "src/" + included[0][1] != own):
                yield path, included[0][0] if included else 1, f'does not include "{own[4:]}" first'


@rule
def dead_files(tree):
    """Every header is included by some file, every .cc belongs to a target."""
    included = {name for path in tree.files if path.endswith(CODE) for _, name, _ in tree.includes(path)}
    suffixes = {suffix for name in included for suffix in (name, "src/" + name, "tests/" + name, "bench/" + name)}
    local = {os.path.normpath(os.path.join(os.path.dirname(path), name))
             for path in tree.files if path.endswith(CODE) for _, name, quoted in tree.includes(path) if quoted}
    for path in tree.sources:
        if path.endswith(".h") and path not in suffixes and path not in local:
            yield path, 1, "is included by no file"
        if path.endswith(".cc") and not in_a_target(tree, path):
            yield path, 1, "belongs to no target of any CMakeLists.txt"


def in_a_target(tree, path):
    """A folder's sojourn_folder() takes every *.cc in it and in its SUBFOLDERS; otherwise a CMakeLists.txt above must name or glob it."""
    folder = os.path.dirname(path)
    above = folder
    while above:
        lists = os.path.join(above, "CMakeLists.txt")
        if lists in tree.file_set:
            text = tree.text(lists)
            if above == folder and "sojourn_folder(" in text:
                return True
            inner = os.path.relpath(path, above)
            subfolders = re.search(r"sojourn_folder\([^)]*\bSUBFOLDERS\s+([^A-Z)]+)", text)
            if subfolders and os.path.dirname(inner) in subfolders.group(1).split():
                return True
            words = re.findall(r"[\w./*+-]+", text.replace("${CMAKE_CURRENT_SOURCE_DIR}/", ""))
            stem = os.path.splitext(inner)[0]
            if any(word in (inner, stem) or ("*" in word and fnmatch.fnmatch(inner, word)) for word in words):
                return True
        above = os.path.dirname(above)
    return False


@rule
def columns(tree):
    """No line of code is wider than 100 columns."""
    for path in tree.sources:
        for number, line in enumerate(tree.lines(path), 1):
            if len(line) > LINE_COLUMNS_MAX and "http" not in line:
                yield path, number, f"line is {len(line)} columns wide, the limit is {LINE_COLUMNS_MAX}"


@rule
def unfinished(tree):
    """FIXME does not merge; a TODO names its issue."""
    for path in tree.files:
        code = path.endswith(CODE + (".ts", ".tsx", ".mjs", ".cmake", ".sh")) or path.startswith("script/")
        if not code or path.startswith("tools/tidy/"):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if re.search(r"\b(FIXME|XXX)\b", line):
                yield path, number, "FIXME does not merge"
            if re.search(r"\bTODO\b(?!\s*\(#\d+\))", line):
                yield path, number, "TODO without an issue; write TODO(#12)"


@rule
def lock_files(tree):
    """A package-lock.json names all packages that are optional somewhere; else `npm ci` refuses it."""
    for path in tree.files:
        # Of the bench's databases the registry holds one platform only; script/bench alone installs them.
        if os.path.basename(path) != "package-lock.json" or path.startswith("bench/"):
            continue
        packages = json.loads(tree.text(path)).get("packages", {})
        for name, package in packages.items():
            for optional in package.get("optionalDependencies", {}):
                if not {f"node_modules/{optional}", f"{name}/node_modules/{optional}"} & packages.keys():
                    yield path, 1, f"does not name {optional}, which {name or 'package.json'} may use"


MAP_DEPTH = {"": 1, "src": 2, "src/domain": 3, "src/channels": 3, "src/store": 3}


@rule
def map_of_the_tree(tree):
    """The map in README.md is the tree: what it names exists, and no folder is missing from it."""
    readme = "README.md"
    mapped = {}
    stack = []
    inside = False
    for number, line in enumerate(tree.lines(readme) if readme in tree.file_set else [], 1):
        if line.startswith("```"):
            inside = line.strip() == "```tree"
            continue
        if not inside or not line.strip():
            continue
        depth = (len(line) - len(line.lstrip())) // 2
        names = []
        for word in line.split():  # names come first; the first word that is no path begins the remark
            if not re.fullmatch(r"[\w.{},/-]+/", word):
                break
            names.append(word.rstrip("/"))
        del stack[depth:]
        for name in names:
            mapped["/".join(stack + [name])] = number
        stack += names[:1]
    for path, number in mapped.items():
        if path not in tree.folders:
            yield readme, number, f"the map names {path}/, which is not in the tree"
    for folder in sorted(tree.folders):
        parent = os.path.dirname(folder)
        depth = MAP_DEPTH.get(parent)
        if depth == folder.count("/") + 1 and folder not in mapped:
            yield readme, 1, f"the map does not name {folder}/"


def anchors(lines):
    """The anchors that a Markdown renderer gives to the headings of a page."""
    found = set()
    for line in lines:
        if match := re.match(r"#+\s+(.*)", line):
            title = re.sub(r"[`*]|\]\([^)]*\)|\[", "", match.group(1)).strip().lower()
            found.add(re.sub(r"[^\w\- ]", "", title).replace(" ", "-"))
    return found


@rule
def links(tree):
    """Relative links in documents lead to a file, and to a heading where they name one."""
    for path in tree.files:
        if not path.endswith(".md"):
            continue
        fenced = False
        for number, line in enumerate(tree.lines(path), 1):
            fenced ^= line.startswith("```")
            if fenced:
                continue
            for target in re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", re.sub(r"`[^`]*`", "", line)):
                target = target[0] or target[1]
                if re.match(r"[a-z]+:|//", target):
                    continue
                name, _, anchor = target.partition("#")
                full = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
                if full not in tree.file_set and full not in tree.folders:
                    yield path, number, f"link to {target}, which is not in the tree"
                elif anchor and full.endswith(".md") and anchor not in anchors(tree.lines(full)):
                    yield path, number, f"link to {target}: no such heading"


BANNED_NAMES = re.compile(r"(?i)(manager|helper|util|common|misc|handler|processor|service)")
BANNED_WORDS = re.compile(r"\b(profile_id|lead_id|customer_id|workflow|mailing_list|Workflow|Customer)\b")


def hints(tree):
    """Sizes and odd names, for a reader to judge."""
    included_by = {}
    for path in tree.sources:
        for _, name, quoted in tree.includes(path):
            if quoted:
                included_by.setdefault("src/" + name, set()).add(path)
    for path in tree.sources:
        lines = len(tree.lines(path))
        if lines > FILE_LINES_HINT:
            yield path, lines, f"{lines} lines: does it hold two ideas?"
        if BANNED_NAMES.search(os.path.basename(path)):
            yield path, 1, "a name from the banned list of STYLE 18"
        for number, line in enumerate(tree.code(path), 1):
            if found := re.search(r"\b(?:class|struct|namespace)\s+(\w+)", line):
                if BANNED_NAMES.search(found.group(1)):
                    yield path, number, f"{found.group(1)}: a name from the banned list of STYLE 18"
            if found := BANNED_WORDS.search(line):
                yield path, number, f"{found.group(1)}: the glossary has another word"
        own = re.sub(r"\.h$", "", path)
        users = included_by.get(path, set())
        if path.endswith(".h") and users and users <= {own + ".cc", own + "_test.cc"}:
            yield path, 1, "is included only by its own .cc and test"


def check(root):
    """All violations in the tree at `root`, ordered by rule, then path."""
    tree = Tree(root)
    return [Violation(path, line, name, message) for name, function in RULES.items()
            for path, line, message in function(tree)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hints", action="store_true")
    parser.add_argument("root", nargs="?", default=os.path.join(os.path.dirname(__file__), "..", ".."))
    options = parser.parse_args()
    violations = check(options.root)
    for found in violations:
        print(f"{found.path}:{found.line}: {found.rule}: {found.message}")
    if options.hints:
        for path, line, message in hints(Tree(options.root)):
            print(f"{path}:{line}: hint: {message}")
    failed = len({found.rule for found in violations})
    print(f"tidy: {len(RULES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
