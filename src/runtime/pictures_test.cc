#include "runtime/pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/assets/picture_pixels.h"
#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A PNG of one colour.
std::string picture_of(int width, char red = '\x10') {
  assets::Pixels pixels{.extent = {width, 4}};
  for (int i = 0; i < width * 4; ++i) pixels.bytes += {red, '\x20', '\x30', '\xff'};
  return value_of(assets::write_png(pixels, ""));
}

class PicturesTest : public BackfillLab {
 protected:
  std::string asset_text(const store::PictureRecord& picture, const std::string& key = "hero") {
    return assets::write_asset({.key = key,
                                .name = key,
                                .picture = picture.id,
                                .served = picture.served,
                                .extent = picture.extent});
  }
  std::vector<DefinitionProblem> problems_of(const std::string& text) {
    return value_of(runtime_->plan({{"assets/hero.yaml", text}})).problems;
  }
  std::optional<store::PictureRecord> stored(const store::PictureRecord& picture) {
    return value_of(value_of(store_->view())->picture(picture.id));
  }
  std::optional<std::string> file(const store::PictureRecord& picture, int width) {
    return value_of(picture_file(*value_of(store_->view()), picture, width));
  }
  void must_remove(const std::string& key) {
    const Result<void> removed = remove_pictures(*runtime_, key);
    ASSERT_TRUE(removed) << removed.error().message;
  }
  void archive(const std::string& key) {
    DefinitionRequest request(std::vector<DefinitionFile>{});
    request.archived.insert({"asset", key});
    ASSERT_THAT(value_of(runtime_->apply(request, "test")).problems, IsEmpty());
  }
};

TEST_F(PicturesTest, AreKeptInTheirSizesAndNoOthers) {
  const store::PictureRecord picture = value_of(keep_picture(*runtime_, picture_of(700)));
  EXPECT_EQ(picture.extent, (assets::Extent{700, 4}));
  for (const int width : {320, 600}) {
    const auto bytes = file(picture, width);
    ASSERT_TRUE(bytes) << width;
    EXPECT_EQ(value_of(assets::clean_picture(*bytes)).extent.width, width);
  }
  EXPECT_EQ(file(picture, 700), picture_of(700));
  EXPECT_EQ(file(picture, original_width), picture_of(700));
  EXPECT_EQ(file(picture, 699), std::nullopt);
  EXPECT_EQ(file(picture, 800), std::nullopt);
}

TEST_F(PicturesTest, AreKeptOnce) {
  const store::PictureRecord once = value_of(keep_picture(*runtime_, picture_of(10)));
  publish(asset_text(once));
  const store::PictureRecord twice = value_of(keep_picture(*runtime_, picture_of(10)));
  EXPECT_EQ(twice.id, once.id);
  EXPECT_TRUE(twice.is_claimed);
}

TEST_F(PicturesTest, ThatNothingNamesGoAfterADay) {
  const store::PictureRecord lost = value_of(keep_picture(*runtime_, picture_of(10)));
  const store::PictureRecord named = value_of(keep_picture(*runtime_, picture_of(11)));
  publish(asset_text(named));
  clock_.advance(unclaimed_pictures_kept);
  value_of(keep_picture(*runtime_, picture_of(12)));
  EXPECT_TRUE(stored(lost));
  clock_.advance(Duration{1});
  value_of(keep_picture(*runtime_, picture_of(13)));
  EXPECT_FALSE(stored(lost));
  EXPECT_TRUE(stored(named));
}

TEST_F(PicturesTest, AnAssetNeedsItsPicture) {
  store::PictureRecord picture = value_of(keep_picture(*runtime_, picture_of(10)));
  EXPECT_THAT(problems_of(asset_text(picture)), IsEmpty());
  picture.extent.width = 11;
  ASSERT_THAT(problems_of(asset_text(picture)), SizeIs(1));
  EXPECT_EQ(problems_of(asset_text(picture)).front().code, "picture_differs");
  picture.id.hash.bytes[0] ^= 1;
  const auto problems = problems_of(asset_text(picture));
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems.front().code, "unknown_picture");
  EXPECT_EQ(problems.front().file, "assets/hero.yaml");
  EXPECT_EQ(problems.front().line, 4);
  DefinitionRequest request({{"assets/hero.yaml", asset_text(picture)}});
  request.pictures.insert(picture.id);
  EXPECT_THAT(value_of(runtime_->plan(request)).problems, IsEmpty());
  // It has not come.
  const Result<DefinitionPlan> applied = runtime_->apply(request, "test");
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, "unknown_picture");
}

TEST_F(PicturesTest, OfAnArchivedAssetAreRemovedInAllOfItsVersions) {
  const store::PictureRecord first = value_of(keep_picture(*runtime_, picture_of(10)));
  const store::PictureRecord second = value_of(keep_picture(*runtime_, picture_of(11)));
  const store::PictureRecord shared = value_of(keep_picture(*runtime_, picture_of(12)));
  for (const auto& picture : {first, second, shared}) publish(asset_text(picture));
  publish(asset_text(shared, "other"));
  archive("hero");
  must_remove("hero");
  EXPECT_FALSE(stored(first));
  EXPECT_FALSE(stored(second));
  EXPECT_TRUE(stored(shared));
}

TEST_F(PicturesTest, OfAnAssetInForceStay) {
  const store::PictureRecord picture = value_of(keep_picture(*runtime_, picture_of(10)));
  publish(asset_text(picture));
  must_remove("hero");
  EXPECT_TRUE(stored(picture));
}

TEST_F(PicturesTest, ThatAreRefusedLeaveNothing) {
  const auto refused = keep_picture(*runtime_, "<svg/>");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "unsupported_picture");
  EXPECT_THAT(value_of(value_of(store_->view())->unclaimed_pictures(Timestamp::never(), 9)),
              IsEmpty());
}

}  // namespace
}  // namespace sojourn::runtime
