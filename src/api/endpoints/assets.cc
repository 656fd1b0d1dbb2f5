// Pictures of a workspace: assets are definitions, their bytes stand beside them.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "api/body_fields.h"
#include "api/endpoints/asset_json.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/plan_json.h"
#include "api/endpoints/publication.h"
#include "api/home_stream.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/definitions/reader.h"
#include "runtime/pictures.h"

namespace sojourn::api::endpoints {
namespace {

using assets::Asset;
using runtime::DefinitionRequest;

/// Assets of a workspace: each is a definition that every publication reads.
constexpr std::size_t assets_max = 2'000;
/// Of a key that is made of a name; a number may follow.
constexpr std::size_t made_key_bytes_max = 48;
/// Of what an error repeats.
constexpr std::size_t shown_bytes_max = 100;

struct Found {
  std::vector<store::DefinitionRecord> definitions;
  std::vector<PublishedAsset> assets;
};

Result<Found> read_all(store::StateReads& view) {
  TRY(definitions, view.definitions());
  std::vector<PublishedAsset> assets = assets_in(definitions);
  return Found{std::move(definitions), std::move(assets)};
}

Result<PublishedAsset> require(const Found& found, const std::string& key) {
  const auto it = std::ranges::find(found.assets, key,
                                    [](const PublishedAsset& each) { return each.asset.key; });
  if (it != found.assets.end()) return *it;
  return failure(unknown_definition("asset", key));
}

Result<std::string> base_of(Context& context, store::StateReads& view,
                            const net::Request& request) {
  TRY(told_url, view.setting(runtime::settings::public_url));
  return public_url(context.settings, told_url.value_or(""), request);
}

/// As the API shows it now.
Result<std::string> asset_json(Context& context, const Call& call, const std::string& key,
                               std::string* rev = nullptr) {
  TRY(view, context.runtime.store().view());
  TRY(found, read_all(*view));
  TRY(published, require(found, key));
  TRY(picture, view->picture(published.asset.picture));
  TRY(base, base_of(context, *view, call.request));
  if (rev != nullptr) *rev = std::to_string(published.record.rev);
  JsonWriter out;
  write_asset(out, published, picture, asset_uses_in(found.definitions), base);
  return out.take();
}

net::Response tagged(net::Response response, const std::string& rev) {
  response.headers.add("ETag", fmt::format("\"{}\"", rev));
  return response;
}

/// Publishes; the one problem that there can be of a text of ours is that what others need would
/// go, or that another change came between.
Result<void> publish_asset(Context& context, const Call& call, DefinitionRequest request) {
  TRY(plan, context.runtime.apply(request, call.caller.name));
  if (!plan.problems.empty()) {
    return failure({.code = "definitions_invalid", .message = problems_in_words(plan.problems)});
  }
  context.home_stream->note_change();
  return {};
}

Result<void> put_asset(Context& context, const Call& call, const Asset& asset,
                       const std::string& file) {
  DefinitionRequest request({{file, assets::write_asset(asset)}});
  const std::string wanted = wanted_revision(call.request);
  if (!wanted.empty()) request.revisions["asset/" + asset.key] = wanted;
  return publish_asset(context, call, std::move(request));
}

/// Publishes what becomes of the asset that the path names, and answers it.
Answer change(Context& context, const Call& call, const std::function<Result<void>(Asset&)>& make) {
  const std::string& key = call.parameter("key");
  Asset asset;
  std::string file;
  {
    TRY(view, context.runtime.store().view());
    TRY(found, read_all(*view));
    TRY(published, require(found, key));
    asset = std::move(published.asset);
    TRY(named, find_definition(*view, "asset", key));
    file = std::move(named.file);
  }
  TRY_VOID(make(asset));
  TRY_VOID(put_asset(context, call, asset, file));
  std::string rev;
  TRY(body, asset_json(context, call, key, &rev));
  return tagged(json(std::move(body)), rev);
}

struct Words {
  std::string key;
  std::string name;
  std::optional<std::string> alt;
};

Result<std::string> query_text(const net::Request& request, std::string_view field,
                               std::size_t bytes_max) {
  std::string text = request.query_parameter(field).value_or("");
  if (text.size() > bytes_max) {
    return failure(
        {.code = "too_long",
         .message = fmt::format("{} is {} bytes, the limit is {}", field, text.size(), bytes_max),
         .field = std::string(field),
         .value = text.substr(0, shown_bytes_max),
         .limit = std::to_string(bytes_max)});
  }
  if (is_valid_utf8(text)) return text;
  return failure({.code = "wrong_type",
                  .message = fmt::format("{} is no UTF-8", field),
                  .field = std::string(field)});
}

/// The body is the picture: what is to be said of it stands in the query.
Result<Words> read_words(const net::Request& request) {
  Words words;
  TRY(name, query_text(request, "name", assets::asset_name_bytes_max));
  words.name = std::string(trimmed(name));
  if (words.name.empty()) {
    return failure({.code = "missing_field", .message = "name is missing", .field = "name"});
  }
  TRY(alt, query_text(request, "alt", assets::alt_bytes_max));
  if (request.query_parameter("alt")) words.alt = std::move(alt);
  TRY(key, query_text(request, "key", assets::asset_name_bytes_max));
  words.key = std::move(key);
  if (!words.key.empty() && !definitions::is_key(words.key)) {
    return failure({.code = "invalid_key",
                    .message = fmt::format("key is \"{}\", it must be 1 to 64 lower-case letters, "
                                           "digits, - and _",
                                           words.key.substr(0, shown_bytes_max)),
                    .field = "key",
                    .value = words.key.substr(0, shown_bytes_max)});
  }
  return words;
}

/// `spring-hero` for `Spring hero.JPG`; `picture` where nothing is left.
std::string key_of_name(std::string_view name) {
  std::string key;
  for (const char c : to_lower_ascii(name.substr(0, name.rfind('.')))) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_plain) {
      key += c;
    } else if (!key.empty() && key.back() != '-') {
      key += '-';
    }
  }
  key.resize(std::min(key.size(), made_key_bytes_max));
  while (key.ends_with('-')) key.pop_back();
  return key.empty() ? "picture" : key;
}

/// The key that is wanted, where it is free; else one that is.
Result<std::string> free_key(const Found& found, const Words& words) {
  const auto is_taken = [&](const std::string& key) {
    return std::ranges::any_of(found.definitions, [&](const store::DefinitionRecord& each) {
      return each.kind == "asset" && each.key == key && !each.archived;
    });
  };
  if (!words.key.empty()) {
    if (!is_taken(words.key)) return words.key;
    return failure({.code = "asset_exists",
                    .message = fmt::format("there is an asset \"{}\" already", words.key),
                    .field = "key",
                    .value = words.key});
  }
  const std::string wanted = key_of_name(words.name);
  std::string key = wanted;
  for (std::size_t i = 2; is_taken(key); ++i) key = fmt::format("{}-{}", wanted, i);
  return key;
}

Result<assets::PictureId> read_picture_id(const std::string& text) {
  const std::optional<assets::PictureId> id = assets::parse_picture_id(text);
  if (id) return *id;
  return failure({.code = "unknown_picture",
                  .message = "there is no such picture",
                  .field = "picture",
                  .value = text.substr(0, shown_bytes_max)});
}

Result<store::PictureRecord> require_picture(store::StateReads& view, const std::string& text) {
  TRY(id, read_picture_id(text));
  TRY(picture, view.picture(id));
  if (picture) return std::move(*picture);
  return failure({.code = "unknown_picture",
                  .message = "there is no such picture",
                  .field = "picture",
                  .value = text});
}

std::string picture_json(const store::PictureRecord& picture, const std::string& base) {
  JsonWriter out;
  write_picture(out, picture, base);
  return out.take();
}

/// `600.jpg`; 0 for any other form.
int width_in(std::string_view file, assets::PictureType served) {
  const std::string ending = fmt::format(".{}", assets::ending_of(served));
  if (!file.ends_with(ending)) return 0;
  file.remove_suffix(ending.size());
  int width = 0;
  const auto [end, status] = std::from_chars(file.data(), file.data() + file.size(), width);
  const bool is_number = status == std::errc() && end == file.data() + file.size();
  // A picture has one address.
  return is_number && std::to_string(width) == file ? width : 0;
}

}  // namespace

Answer list_assets(Context& context, const Call& call) {
  TRY(search, query_text(call.request, "search", assets::asset_name_bytes_max));
  TRY(page, read_page(call.request, "assets\n" + search));
  TRY(view, context.runtime.store().view());
  TRY(found, read_all(*view));
  TRY(base, base_of(context, *view, call.request));
  const std::string wanted = to_lower_ascii(search);
  std::erase_if(found.assets, [&](const PublishedAsset& each) {
    return to_lower_ascii(each.asset.name).find(wanted) == std::string::npos &&
           each.asset.key.find(wanted) == std::string::npos;
  });
  const Slice<PublishedAsset> some =
      slice(found.assets, page, [](const PublishedAsset& each) { return each.asset.key; });
  const AssetUses uses = asset_uses_in(found.definitions);
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const PublishedAsset* each : some.items) {
    TRY(picture, view->picture(each->asset.picture));
    write_asset(out, *each, picture, uses, base);
  }
  out.end_list();
  write_next(out, page, some.place);
  return json(out.end_object().take());
}

Answer get_asset(Context& context, const Call& call) {
  std::string rev;
  TRY(body, asset_json(context, call, call.parameter("key"), &rev));
  return tagged(json(std::move(body)), rev);
}

Answer add_asset(Context& context, const Call& call) {
  TRY(words, read_words(call.request));
  {
    // Before the picture is taken apart.
    TRY(view, context.runtime.store().view());
    TRY(found, read_all(*view));
    TRY_VOID(free_key(found, words));
    if (found.assets.size() >= assets_max) {
      return failure({.code = "too_many_assets",
                      .message = fmt::format("there are {} assets already", assets_max),
                      .limit = std::to_string(assets_max)});
    }
  }
  TRY(picture, runtime::keep_picture(context.runtime, call.request.body));
  Asset asset{.key = {},
              .name = words.name,
              .alt = words.alt,
              .picture = picture.id,
              .served = picture.served,
              .extent = picture.extent};
  {
    TRY(view, context.runtime.store().view());
    TRY(found, read_all(*view));
    TRY(key, free_key(found, words));
    asset.key = std::move(key);
  }
  TRY_VOID(put_asset(context, call, asset, fmt::format("assets/{}.yaml", asset.key)));
  TRY(body, asset_json(context, call, asset.key));
  return created(std::move(body));
}

Answer change_asset(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  return change(context, call, [&](Asset& asset) -> Result<void> {
    if (body.find("name") != nullptr) {
      TRY(name, required_text(body, "name", {.min = 1, .max = assets::asset_name_bytes_max}));
      asset.name = std::move(name);
    }
    const Value* alt = body.find("alt");
    if (alt == nullptr) return {};
    TRY(text, optional_text(body, "alt", {.max = assets::alt_bytes_max}));
    // null takes it back: nobody has written one.
    asset.alt = alt->is_null() ? std::nullopt : std::optional(std::move(text));
    return {};
  });
}

Answer replace_asset_picture(Context& context, const Call& call) {
  {
    // Before the picture is taken apart.
    TRY(view, context.runtime.store().view());
    TRY(found, read_all(*view));
    TRY_VOID(require(found, call.parameter("key")));
  }
  TRY(picture, runtime::keep_picture(context.runtime, call.request.body));
  return change(context, call, [&](Asset& asset) -> Result<void> {
    asset.picture = picture.id;
    asset.served = picture.served;
    asset.extent = picture.extent;
    return {};
  });
}

Answer remove_asset(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  DefinitionRequest request(std::vector<runtime::DefinitionFile>{});
  request.archived.insert({"asset", key});
  const std::string wanted = wanted_revision(call.request);
  if (!wanted.empty()) request.revisions["asset/" + key] = wanted;
  {
    TRY(view, context.runtime.store().view());
    TRY(found, read_all(*view));
    TRY_VOID(require(found, key));
    const AssetUses uses = asset_uses_in(found.definitions);
    if (const auto used = uses.find(key); used != uses.end()) {
      JsonWriter members;
      write_asset_uses(members, uses, key);
      return problem(
          {.code = "asset_in_use",
           .message = fmt::format("asset \"{}\" is used in {} definition{}, first in {} "
                                  "\"{}\"",
                                  key, used->second.size(), used->second.size() == 1 ? "" : "s",
                                  used->second.front().kind, used->second.front().key),
           .field = "key",
           .value = key},
          {.members = members.take()});
    }
  }
  TRY_VOID(publish_asset(context, call, std::move(request)));
  TRY_VOID(runtime::remove_pictures(context.runtime, key));
  return no_content();
}

Answer keep_picture(Context& context, const Call& call) {
  TRY(picture, runtime::keep_picture(context.runtime, call.request.body));
  TRY(view, context.runtime.store().view());
  TRY(base, base_of(context, *view, call.request));
  return created(picture_json(picture, base));
}

Answer get_picture(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  TRY(picture, require_picture(*view, call.parameter("picture")));
  TRY(base, base_of(context, *view, call.request));
  return json(picture_json(picture, base));
}

Answer get_picture_file(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  TRY(record, require_picture(*view, call.parameter("picture")));
  TRY(file, runtime::picture_file(*view, record, runtime::original_width));
  if (!file) return failure("damaged", "a picture has no bytes");
  return picture(assets::media_type_of(record.type), std::move(*file), Caching::none);
}

Answer serve_picture(Context& context, const Call& call) {
  // What an address leads to never changes: who has seen it, has it.
  if (call.request.header("If-None-Match")) return not_modified();
  TRY(view, context.runtime.store().view());
  TRY(record, require_picture(*view, call.parameter("picture")));
  const std::string& name = call.parameter("file");
  const int width = width_in(name, record.served);
  std::optional<std::string> file;
  if (width > 0) {
    TRY(found, runtime::picture_file(*view, record, width));
    file = std::move(found);
  }
  if (!file) {
    return failure({.code = "unknown_picture",
                    .message = "the picture is not kept in this size",
                    .field = "file",
                    .value = name.substr(0, shown_bytes_max)});
  }
  return picture(assets::media_type_of(record.served), std::move(*file), Caching::forever);
}

}  // namespace sojourn::api::endpoints
