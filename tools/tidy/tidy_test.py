#!/usr/bin/env python3
"""Each rule of tidy finds a violation planted for it, and passes the same tree without it."""

import os
import tempfile
import unittest

import tidy

SOUND = {
    "README.md": "# Sound\n\n```tree\nsrc/  the code\n  base/ net/\n  domain/\n    events/ reaction/\n"
                 "tools/tidy/  checks\ntools/\n```\n[code](src/base/text.h) [here](#sound)\n",
    "tools/tidy/layers.txt": "layer base :\nlayer net : base/**\nlayer domain : base/**\n"
                             "order domain : events {journeys campaigns} reaction\nonly boost/** : net/*.cc\n",
    "src/base/CMakeLists.txt": "sojourn_folder(base)\n",
    "src/base/text.h": "#pragma once\n",
    "src/base/text.cc": '#include "base/text.h"\n',
    "src/net/CMakeLists.txt": "sojourn_folder(net)\n",
    "src/net/server.cc": '#include "base/text.h"\n\n#include <boost/asio.hpp>\n',
    "src/domain/events/CMakeLists.txt": "sojourn_folder(domain_events)\n",
    "src/domain/events/event.h": '#pragma once\n#include "base/text.h"\n',
    "src/domain/reaction/CMakeLists.txt": "sojourn_folder(domain_reaction)\n",
    "src/domain/reaction/react.cc": '#include "domain/events/event.h"\n// steady_clock is not used here\n',
}


class Planted(unittest.TestCase):
    def found(self, **changes):
        """The rules that a sound tree with these files breaks, as {rule: [message]}."""
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**SOUND, **changes.pop("files", {})}.items():
                if text is None:
                    continue
                full = os.path.join(root, path)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                with open(full, "w", encoding="utf-8") as file:
                    file.write(text)
            broken = {}
            for violation in tidy.check(root):
                broken.setdefault(violation.rule, []).append(f"{violation.path}: {violation.message}")
            return broken

    def assert_only(self, rule, files, count=1):
        broken = self.found(files=files)
        self.assertEqual(list(broken), [rule], broken)
        self.assertEqual(len(broken[rule]), count, broken)

    def test_a_sound_tree_has_no_violation(self):
        self.assertEqual(self.found(), {})

    def test_a_lower_layer_may_not_include_a_higher_one(self):
        self.assert_only("layers", {"src/base/text.cc": '#include "base/text.h"\n#include "domain/events/event.h"\n'})

    def test_the_order_of_the_domain_goes_one_way(self):
        self.assert_only("layers", {
            "src/domain/reaction/react.h": '#pragma once\n#include "domain/events/event.h"\n',
            "src/domain/reaction/react.cc": '#include "domain/reaction/react.h"\n',
            "src/domain/events/event.h": '#pragma once\n#include "domain/reaction/react.h"\n',
        })

    def test_folders_of_one_rank_may_not_include_each_other(self):
        layers = tidy.Layers(SOUND["tools/tidy/layers.txt"])
        self.assertIn("left", layers.verdict("domain/journeys/run.h", "domain/campaigns/campaign.h"))
        self.assertIsNone(layers.verdict("domain/reaction/react.h", "domain/campaigns/campaign.h"))

    def test_steps_in_a_folder_may_include_their_own_parent(self):
        layers = tidy.Layers(SOUND["tools/tidy/layers.txt"])
        self.assertIsNone(layers.verdict("domain/journeys/steps/send.cc", "domain/journeys/step.h"))

    def test_only_a_test_may_use_what_the_table_gives_to_tests(self):
        layers = tidy.Layers("layer runtime : store/*.h\ntest runtime : store/**\n")
        self.assertIsNone(layers.verdict("runtime/a_test.cc", "store/driver/sqlite/sqlite.h"))
        self.assertIsNotNone(layers.verdict("runtime/a.cc", "store/driver/sqlite/sqlite.h"))

    def test_one_channel_never_includes_another(self):
        layers = tidy.Layers("layer channels : base/** channels/channel.h\n")
        self.assertIsNone(layers.verdict("channels/email/a.cc", "channels/channel.h"))
        self.assertIsNone(layers.verdict("channels/email/a.cc", "channels/email/mime.h"))
        self.assertIn("never", layers.verdict("channels/email/a.cc", "channels/inbox/inbox.h"))

    def test_a_library_stays_in_its_home(self):
        self.assert_only("libraries", {"src/base/text.cc": '#include "base/text.h"\n#include <boost/asio.hpp>\n'})

    def test_the_domain_reads_no_clock(self):
        self.assert_only("purity", {"src/domain/reaction/react.cc":
                                    '#include "domain/events/event.h"\nauto t = std::chrono::steady_clock::now();\n'})

    def test_the_domain_includes_no_threads_and_no_streams(self):
        self.assert_only("purity", {"src/domain/reaction/react.cc":
                                    '#include "domain/events/event.h"\n#include <thread>\n#include <iostream>\n'}, 2)

    def test_the_domain_writes_no_sql(self):
        self.assert_only("purity", {"src/domain/reaction/react.cc":
                                    '#include "domain/events/event.h"\nauto q = "SELECT id FROM contact";\n'})

    def test_a_header_without_pragma_once_is_found(self):
        self.assert_only("headers", {"src/base/text.h": "int a();\n"})

    def test_a_source_includes_its_own_header_first(self):
        self.assert_only("headers", {"src/base/text.cc": '#include <string>\n#include "base/text.h"\n'})

    def test_a_header_that_nobody_includes_is_dead(self):
        self.assert_only("dead-files", {"src/base/old.h": "#pragma once\n"})

    def test_a_source_in_no_target_is_dead(self):
        self.assert_only("dead-files", {"src/net/tls/tls.cc": "int a;\n"})

    def test_a_source_named_by_a_list_above_is_alive(self):
        self.assertEqual(self.found(files={"src/net/tls/tls.cc": "int a;\n",
                                           "src/net/CMakeLists.txt": "sojourn_folder(net)\nadd_library(t tls/tls.cc)"}), {})

    def test_a_source_in_a_subfolder_that_the_list_names_is_alive(self):
        self.assertEqual(self.found(files={
            "src/net/tls/tls.cc": "int a;\n",
            "src/net/CMakeLists.txt": "sojourn_folder(net\n  SUBFOLDERS tls\n  DEPENDS base)\n"}), {})

    def test_a_line_may_have_100_columns_and_not_101(self):
        self.assertEqual(self.found(files={"src/net/server.cc": "//" + "x" * 98 + "\n"}), {})
        self.assert_only("columns", {"src/net/server.cc": "//" + "x" * 99 + "\n"})

    def test_fixme_and_a_todo_without_issue_are_found(self):
        self.assert_only("unfinished", {"src/net/server.cc": "// FIXME\n// TODO\n// TODO(#12): later\n"}, 2)

    def test_a_lock_file_that_misses_an_optional_package_is_found(self):
        lock = ('{"packages": {"node_modules/a": {"optionalDependencies": {"b": "1.0.0", "c": "1.0.0"}},'
                ' "node_modules/b": {}}}')
        self.assert_only("lock-files", {"tools/package-lock.json": lock})

    def test_a_folder_missing_from_the_map_is_found(self):
        self.assert_only("map-of-the-tree", {"src/cli/notes.txt": "x\n"})

    def test_a_folder_that_only_the_map_knows_is_found(self):
        self.assert_only("map-of-the-tree", {"README.md": SOUND["README.md"].replace("base/ net/", "base/ net/ cli/")})

    def test_a_link_to_a_missing_file_or_heading_is_found(self):
        self.assert_only("links", {"docs.md": "[a](nowhere.md) [b](README.md#lost) [c](README.md#sound)\n"}, 2)

    def test_links_in_code_are_not_links(self):
        self.assertEqual(self.found(files={"docs.md": "`[a](nowhere.md)`\n```\n[b](nowhere.md)\n```\n"}), {})


if __name__ == "__main__":
    unittest.main()
