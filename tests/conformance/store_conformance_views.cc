#include <gmock/gmock.h>

#include "conformance/store_conformance.h"
#include "store/saved_views.h"
#include "store/team.h"

namespace sojourn::store {
namespace {

using ::testing::ElementsAre;

SavedView sample_view(std::uint64_t number, const std::string& owner) {
  return {.id = sample_hash(number),
          .name = "view " + std::to_string(number),
          .page = "contacts",
          .query = "q=" + std::to_string(number),
          .created_by = owner,
          .created_at = {1},
          .changed_at = {2}};
}

TEST_P(StoreConformance, SavedViewsComeBackByPageAndNameAndAreReplaced) {
  const SavedView first = sample_view(1, "ann@example.com");
  SavedView second = sample_view(2, "bob@example.com");
  SavedView other = sample_view(3, "bob@example.com");
  other.page = "companies";
  commit([&](StateTransaction& state) {
    must(saved_views_of(state).put_saved_view(second));
    must(saved_views_of(state).put_saved_view(first));
    must(saved_views_of(state).put_saved_view(other));
    second.query = "";
    second.is_shared = true;
    second.changed_at = {9};
    must(saved_views_of(state).put_saved_view(second));
  });
  reopen();
  EXPECT_THAT(value_of(saved_views_of(*view()).saved_views()), ElementsAre(other, first, second));
  commit([&](StateTransaction& state) {
    must(saved_views_of(state).remove_saved_view(first.id));
    must(saved_views_of(state).remove_saved_view(first.id));
  });
  EXPECT_THAT(value_of(saved_views_of(*view()).saved_views()), ElementsAre(other, second));
}

TEST_P(StoreConformance, AUserTakesPrivateViewsAlong) {
  const SavedView hidden = sample_view(1, "bob@example.com");
  SavedView shared = sample_view(2, "bob@example.com");
  shared.is_shared = true;
  const SavedView another = sample_view(3, "ann@example.com");
  commit([&](StateTransaction& state) {
    for (const SavedView& each : {hidden, shared, another}) {
      must(saved_views_of(state).put_saved_view(each));
    }
    must(team_of(state).remove_user("bob@example.com"));
  });
  EXPECT_THAT(value_of(saved_views_of(*view()).saved_views()), ElementsAre(shared, another));
}

}  // namespace
}  // namespace sojourn::store
