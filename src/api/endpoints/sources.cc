#include "api/endpoints/endpoints.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {
namespace {

void write_source(JsonWriter& out, const AccessKey& key) {
  const bool is_public = key.kind == KeyKind::browser;
  const std::int64_t last_ms = key.last_event_ms.load();
  out.begin_object();
  text_field(out, "id", key.record.id);
  text_field(out, "name", key.record.name);
  text_field(out, "kind", to_string(key.kind));
  text_or_null_field(out, "key", is_public ? key.record.shown : "");
  text_field(out, "hint", is_public ? key.record.shown : key.record.shown + "…");
  time_or_null_field(out, "firstEventAt", key.record.first_event_at);
  time_or_null_field(out, "lastEventAt",
                     last_ms == 0 ? std::nullopt : std::optional(Timestamp{last_ms}));
  out.end_object();
}

}  // namespace

Answer list_sources(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "sources"));
  const std::vector<AccessKeys::Found> keys = context.keys.write_keys();
  const Slice<AccessKeys::Found> found =
      slice(keys, page, [](const AccessKeys::Found& key) { return key->record.id; });
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const AccessKeys::Found* key : found.items) write_source(out, **key);
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer get_identity_secret(Context& context, const Call&) {
  JsonWriter out;
  out.begin_object();
  text_field(out, "secret", context.identity_secret);
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
