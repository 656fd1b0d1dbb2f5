#include "runtime/definition_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sojourn::runtime {
namespace {

TEST(FolderPaths, LeadNowhereElse) {
  for (const char* path : {"a.yaml", "a/b.yml", "changed/a.yaml"}) {
    EXPECT_TRUE(is_folder_path(path)) << path;
  }
  for (const char* path :
       {"", "a.txt", "/a.yaml", "../a.yaml", "a/../b.yaml", "a//b.yaml", ".a.yaml", ".git/a.yaml",
        "a\\b.yaml", "changes/a.yaml", "x/changes/a.yaml"}) {
    EXPECT_FALSE(is_folder_path(path)) << path;
  }
}

store::DefinitionRecord record(std::uint32_t number, std::string kind, std::string key,
                               std::string path, std::int64_t at) {
  store::DefinitionRecord made;
  made.number = number;
  made.kind = std::move(kind);
  made.key = std::move(key);
  made.path = std::move(path);
  made.changed_at = {at};
  return made;
}

TEST(FileNames, AreThoseThatDefinitionsWereAppliedFrom) {
  const std::vector<std::string> names = file_names({
      record(1, "segment", "a", "x/a.yml", 1),
      // The file came to hold another definition: the later one has it.
      record(2, "segment", "old", "b.yaml", 1),
      record(3, "segment", "b", "b.yaml", 2),
      // No places of a folder.
      record(4, "segment", "c", "", 1),
      record(5, "segment", "d", "../d.yaml", 1),
      record(6, "segment", "e", ".sojourn/e.yaml", 1),
      record(7, "workspace", "shop", "note.txt", 1),
      // Its own name is taken by another.
      record(8, "journey", "j", "segments/f.yaml", 1),
      record(9, "segment", "f", "", 1),
  });
  const std::vector<std::string> expected = {
      "x/a.yml",         "segments/old.yaml", "b.yaml",
      "segments/c.yaml", "segments/d.yaml",   "segments/e.yaml",
      "workspace.yaml",  "segments/f.yaml",   "segments/f-9.yaml"};
  EXPECT_EQ(names, expected);
}

TEST(FileNames, OfWhatIsInForceComeFirst) {
  store::DefinitionRecord archived = record(1, "segment", "a", "x.yaml", 9);
  archived.archived = true;
  EXPECT_EQ(file_names({archived, record(2, "segment", "b", "x.yaml", 1)}),
            (std::vector<std::string>{"segments/a.yaml", "x.yaml"}));
}

}  // namespace
}  // namespace sojourn::runtime
