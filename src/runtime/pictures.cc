#include "runtime/pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/assets/picture_sizes.h"
#include "domain/definitions/yaml.h"

namespace sojourn::runtime {
namespace {

using assets::Asset;
using assets::CleanPicture;
using assets::PictureId;
using assets::SizedPicture;
using store::DefinitionRecord;
using store::PictureRecord;

/// Let go at a time, by whoever uploads next.
constexpr std::size_t removed_at_once = 50;

std::optional<Asset> asset_of(const DefinitionRecord& definition) {
  if (definition.kind != "asset") return std::nullopt;
  const auto document = definitions::parse_yaml(definition.source);
  if (!document) return std::nullopt;
  Result<Asset> asset = assets::read_asset(document->value);
  if (!asset) return std::nullopt;
  return std::move(*asset);
}

Error unknown_picture(const Asset& asset) {
  return {.code = "unknown_picture",
          .message = fmt::format("the picture of asset \"{}\" has not been uploaded", asset.key),
          .field = "picture",
          .value = to_string(asset.picture)};
}

Result<void> write_down(store::StateTransaction& transaction, const PictureRecord& record,
                        const CleanPicture& clean, const SizedPicture& sized) {
  const Timestamp before = record.created_at - unclaimed_pictures_kept;
  TRY(old, transaction.unclaimed_pictures(before, removed_at_once));
  for (const PictureId& id : old) TRY_VOID(transaction.remove_picture(id));
  TRY_VOID(transaction.put_picture(record));
  TRY_VOID(transaction.put_picture_file(record.id, original_width, clean.bytes));
  for (const assets::PictureSize& size : sized.sizes) {
    // picture_file() takes the original for it.
    if (size.bytes == clean.bytes) continue;
    TRY_VOID(transaction.put_picture_file(record.id, size.extent.width, size.bytes));
  }
  return {};
}

}  // namespace

Result<PictureRecord> keep_picture(Runtime& runtime, std::string_view bytes) {
  TRY(clean, assets::clean_picture(bytes));
  const PictureId id = clean.id();
  const Timestamp now = runtime.clock().now();
  {
    TRY(view, runtime.store().view());
    TRY(known, view->picture(id));
    if (known && known->is_claimed) return std::move(*known);
    TRY(unclaimed, view->unclaimed_pictures(Timestamp::never(), unclaimed_pictures_max));
    if (unclaimed.size() == unclaimed_pictures_max) {
      return failure({.code = "too_many_pictures",
                      .message = fmt::format("{} pictures wait for a definition that names them",
                                             unclaimed_pictures_max),
                      .field = "picture",
                      .limit = std::to_string(unclaimed_pictures_max)});
    }
  }
  TRY(sized, assets::make_sizes(clean));
  PictureRecord record{.id = id,
                       .type = clean.type,
                       .served = sized.served,
                       .extent = clean.extent,
                       .is_animated = clean.is_animated,
                       .bytes = clean.bytes.size(),
                       .created_at = now};
  TRY_VOID(runtime.write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY(known, transaction.picture(id));
    record.is_claimed = known && known->is_claimed;
    return write_down(transaction, record, clean, sized);
  }));
  return record;
}

Result<std::optional<std::string>> picture_file(store::StateReads& reads,
                                                const PictureRecord& picture, int width) {
  TRY(file, reads.picture_file(picture.id, width));
  const bool is_original = width == picture.extent.width && picture.type == picture.served;
  if (file || !is_original) return file;
  const std::vector<int> widths = assets::widths_of(picture.served, picture.extent.width);
  if (std::ranges::find(widths, width) == widths.end()) return std::optional<std::string>();
  return reads.picture_file(picture.id, original_width);
}

Result<std::vector<DefinitionProblem>> check_pictures(store::StateReads& reads,
                                                      const std::vector<DefinitionRecord>& changed,
                                                      const std::set<PictureId>& to_come) {
  std::vector<DefinitionProblem> problems;
  for (const DefinitionRecord& definition : changed) {
    if (definition.archived) continue;
    const std::optional<Asset> asset = asset_of(definition);
    if (!asset) continue;
    TRY(picture, reads.picture(asset->picture));
    const auto report = [&](std::string code, std::string message) {
      const auto document = definitions::parse_yaml(definition.source);
      problems.push_back({definition.path, document ? document->line_of("picture") : 0,
                          std::move(code), std::move(message)});
    };
    if (!picture && to_come.contains(asset->picture)) continue;
    if (!picture) {
      Error error = unknown_picture(*asset);
      report(std::move(error.code), std::move(error.message));
    } else if (picture->extent != asset->extent || picture->served != asset->served) {
      report("picture_differs",
             fmt::format("the picture of asset \"{}\" is {} x {} pixels, served as {}", asset->key,
                         picture->extent.width, picture->extent.height,
                         assets::ending_of(picture->served)));
    }
  }
  return problems;
}

Result<void> claim_picture(store::StateTransaction& transaction,
                           const DefinitionRecord& definition) {
  if (definition.archived) return {};
  const std::optional<Asset> asset = asset_of(definition);
  if (!asset) return {};
  TRY(picture, transaction.picture(asset->picture));
  if (!picture) return failure(unknown_picture(*asset));
  if (picture->is_claimed) return {};
  picture->is_claimed = true;
  return transaction.put_picture(*picture);
}

Result<void> remove_pictures(Runtime& runtime, const std::string& key) {
  return runtime.write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY(definitions, transaction.definitions());
    std::set<PictureId> removed;
    std::set<PictureId> kept;
    for (const DefinitionRecord& definition : definitions) {
      const std::optional<Asset> asset = asset_of(definition);
      if (asset && !definition.archived) kept.insert(asset->picture);
      if (definition.kind != "asset" || definition.key != key || !definition.archived) continue;
      for (int version = definition.version; version >= 1; --version) {
        TRY(earlier, transaction.definition("asset", key, version));
        const std::optional<Asset> named = earlier ? asset_of(*earlier) : std::nullopt;
        if (named) removed.insert(named->picture);
      }
    }
    for (const PictureId& id : removed) {
      if (!kept.contains(id)) TRY_VOID(transaction.remove_picture(id));
    }
    return {};
  });
}

}  // namespace sojourn::runtime
