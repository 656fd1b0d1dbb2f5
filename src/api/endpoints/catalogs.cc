#include "api/endpoints/catalogs.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/catalogs/item_file.h"
#include "runtime/catalogs.h"

namespace sojourn::api::endpoints {
namespace {

using catalogs::Item;
using catalogs::ItemFormat;
using runtime::CatalogInForce;

constexpr std::size_t search_bytes_max = 200;
constexpr std::size_t shown_bytes_max = 100;
/// Items of a file that are read at once.
constexpr std::size_t items_per_read = 1'000;

void write_catalog(JsonWriter& out, const CatalogInForce& in_force) {
  const store::CatalogRecord& record = in_force.record;
  out.begin_object();
  text_field(out, "key", in_force.catalog.key);
  text_field(out, "name", in_force.catalog.name);
  text_field(out, "itemKey", in_force.catalog.item_key);
  out.name("fields").begin_list();
  for (const catalogs::Field& field : in_force.catalog.fields) {
    out.begin_object();
    text_field(out, "name", field.name);
    text_field(out, "type", to_string(field.type));
    out.end_object();
  }
  out.end_list();
  count_field(out, "items", record.items);
  count_field(out, "bytes", record.bytes);
  text_field(out, "digest", to_hex(record.digest.view()));
  time_or_null_field(out, "changedAt", record.changed_at);
  text_or_null_field(out, "changedBy", record.changed_by);
  text_field(out, "rev", in_force.rev);
  out.end_object();
}

std::string catalog_json(const CatalogInForce& in_force) {
  JsonWriter out;
  write_catalog(out, in_force);
  return out.take();
}

void write_item(JsonWriter& out, const Item& item) {
  out.begin_object();
  text_field(out, "key", item.key);
  out.name("values").raw(item.content);
  out.end_object();
}

Result<std::string> read_search(const net::Request& request) {
  std::string search = request.query_parameter("search").value_or("");
  if (search.size() <= search_bytes_max && is_valid_utf8(search)) return search;
  return failure({.code = search.size() > search_bytes_max ? "too_long" : "wrong_type",
                  .message = fmt::format("search must be UTF-8 of at most {} bytes, it is {}",
                                         search_bytes_max, search.size()),
                  .field = "search",
                  .limit = std::to_string(search_bytes_max)});
}

tl::unexpected<Error> not_one_of(std::string_view field, const std::string& value,
                                 std::string_view words) {
  return failure({.code = "unknown_value",
                  .message = fmt::format("{} must be {}", field, words),
                  .field = std::string(field),
                  .value = value.substr(0, shown_bytes_max)});
}

Result<std::optional<ItemFormat>> asked_format(const net::Request& request) {
  const std::string word = request.query_parameter("format").value_or("");
  if (word.empty()) return std::nullopt;
  if (word == "csv") return ItemFormat::csv;
  if (word == "json") return ItemFormat::json;
  return not_one_of("format", word, "csv or json");
}

/// What the body is: by the query, else by its type.
Result<ItemFormat> body_format(const net::Request& request) {
  TRY(asked, asked_format(request));
  if (asked) return *asked;
  const std::string type = to_lower_ascii(request.header("Content-Type").value_or(""));
  if (type.starts_with("text/csv")) return ItemFormat::csv;
  const bool is_json =
      type.starts_with("application/json") || type.starts_with("application/x-ndjson");
  if (is_json) return ItemFormat::json;
  return failure({.code = "missing_field",
                  .message = "format is csv or json, where Content-Type is neither text/csv nor "
                             "application/json",
                  .field = "format",
                  .value = type.substr(0, shown_bytes_max)});
}

Result<runtime::PutItems> asked_mode(const net::Request& request) {
  const std::string word = request.query_parameter("mode").value_or("replace");
  if (word == "replace") return runtime::PutItems::replace;
  if (word == "upsert") return runtime::PutItems::add;
  return not_one_of("mode", word, "replace or upsert");
}

/// `"errors":[…],"errorsInAll":n`
std::string faults_json(const catalogs::ReadItems& read) {
  JsonWriter out;
  out.begin_object();
  out.name("errors").begin_list();
  for (const catalogs::ItemFault& fault : read.faults) {
    out.begin_object();
    count_field(out, "item", fault.number);
    text_field(out, "code", fault.error.code);
    text_field(out, "detail", fault.error.message);
    text_or_null_field(out, "field", fault.error.field);
    text_or_null_field(out, "value", fault.error.value);
    text_or_null_field(out, "limit", fault.error.limit);
    out.end_object();
  }
  out.end_list();
  count_field(out, "errorsInAll", read.faults_in_all);
  const std::string object = out.end_object().take();
  return object.substr(1, object.size() - 2);
}

net::Response refuse(const catalogs::ReadItems& read) {
  const catalogs::ItemFault& first = read.faults.front();
  const std::string detail =
      fmt::format("{} of the items cannot be taken, and none was; item {}: {}", read.faults_in_all,
                  first.number, first.error.message);
  return problem({.code = "items_invalid",
                  .message = detail,
                  .field = first.error.field,
                  .value = first.error.value,
                  .limit = first.error.limit},
                 {.members = faults_json(read)});
}

/// All items, in the order of their keys.
Result<std::vector<Item>> read_all(store::StateReads& view, const store::CatalogRecord& record) {
  store::CatalogReads& stored = store::catalogs_in(view);
  std::vector<Item> all;
  store::CatalogReads::ItemQuery query{.limit = items_per_read};
  while (true) {
    TRY(some, stored.catalog_items({record.key, record.generation}, query));
    if (some.empty()) return all;
    query.after = some.back().key;
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
}

}  // namespace

Answer list_catalogs(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "catalogs"));
  TRY(view, context.runtime.store().view());
  TRY(all, runtime::catalogs_in_force(*view));
  const Slice<CatalogInForce> some =
      slice(all, page, [](const CatalogInForce& each) { return each.catalog.key; });
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const CatalogInForce* each : some.items) write_catalog(out, *each);
  out.end_list();
  write_next(out, page, some.place);
  return json(out.end_object().take());
}

Answer get_catalog(Context& context, const Call& call) {
  TRY(view, context.runtime.store().view());
  TRY(in_force, runtime::catalog_in_force(*view, call.parameter("key")));
  return json(catalog_json(in_force));
}

Answer list_catalog_items(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  TRY(search, read_search(call.request));
  TRY(page, read_page(call.request, fmt::format("catalog\n{}\n{}", key, search)));
  TRY(view, context.runtime.store().view());
  TRY(in_force, runtime::catalog_in_force(*view, key));
  // One more tells whether there is another page.
  const auto limit = static_cast<std::size_t>(page.limit);
  TRY(items, store::catalogs_in(*view).catalog_items(
                 {key, in_force.record.generation},
                 {.search = search, .after = page.place, .limit = limit + 1}));
  const bool has_more = items.size() > limit;
  if (has_more) items.pop_back();
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const Item& item : items) write_item(out, item);
  out.end_list();
  write_next(out, page, has_more ? items.back().key : std::string());
  return json(out.end_object().take());
}

Answer put_catalog_items(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  TRY(format, body_format(call.request));
  TRY(mode, asked_mode(call.request));
  std::optional<CatalogInForce> in_force;
  {
    TRY(view, context.runtime.store().view());
    TRY(found, runtime::catalog_in_force(*view, key));
    in_force = std::move(found);
  }
  TRY(read, catalogs::read_item_file(in_force->catalog, call.request.body, format));
  if (read.faults_in_all > 0) return refuse(read);
  TRY(record, runtime::put_items(context.runtime, key, read.items, mode, call.caller.name));
  context.home_stream->note_change();
  in_force->record = std::move(record);
  return json(catalog_json(*in_force));
}

Answer get_catalog_file(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  TRY(asked, asked_format(call.request));
  const ItemFormat format = asked.value_or(ItemFormat::csv);
  TRY(view, context.runtime.store().view());
  TRY(in_force, runtime::catalog_in_force(*view, key));
  TRY(items, read_all(*view, in_force.record));
  view.reset();
  const auto file = std::make_shared<const std::string>(
      catalogs::write_item_file(in_force.catalog, items, format));
  const bool is_csv = format == ItemFormat::csv;
  return download(is_csv ? "text/csv; charset=utf-8" : "application/json",
                  fmt::format("{}.{}", key, is_csv ? "csv" : "json"), *file, file);
}

Answer get_catalog_item(Context& context, const Call& call) {
  const std::string& item = call.parameter("item");
  TRY(view, context.runtime.store().view());
  TRY(in_force, runtime::catalog_in_force(*view, call.parameter("key")));
  TRY(content, store::catalogs_in(*view).catalog_item(
                   {in_force.catalog.key, in_force.record.generation}, item));
  if (!content) {
    return failure({.code = "unknown_item",
                    .message = fmt::format("catalog \"{}\" has no such item", in_force.catalog.key),
                    .field = "item",
                    .value = item.substr(0, shown_bytes_max)});
  }
  JsonWriter out;
  write_item(out, {item, *content});
  return json(out.take());
}

Answer remove_catalog_item(Context& context, const Call& call) {
  TRY_VOID(runtime::remove_item(context.runtime, call.parameter("key"), call.parameter("item"),
                                call.caller.name));
  context.home_stream->note_change();
  return no_content();
}

}  // namespace sojourn::api::endpoints
