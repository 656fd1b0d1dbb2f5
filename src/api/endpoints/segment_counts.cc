#include "api/endpoints/segment_counts.h"

#include <chrono>

#include "api/body_fields.h"
#include "api/endpoints/building.h"
#include "api/endpoints/condition_input.h"
#include "api/endpoints/contact_list.h"
#include "api/endpoints/definition_json.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "base/ensure.h"
#include "domain/reaction/rules.h"
#include "runtime/audience.h"

namespace sojourn::api::endpoints {
namespace {

using runtime::Audience;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long a caller who waits for the exact count waits at most; so long a scan of a million
/// contacts may take.
constexpr milliseconds exact_wait_max{10'000};

/// A number without error has no margin.
void write_number(JsonWriter& out, std::uint64_t count, std::uint64_t margin) {
  count_field(out, "count", count);
  boolean_field(out, "exact", margin == 0);
  if (margin == 0) {
    null_field(out, "margin");
  } else {
    count_field(out, "margin", margin);
  }
}

/// Where what the condition reads is not ready, the count is of what is known so far.
Answer count_answer(Context& context, const segments::Condition& condition,
                    const Audience::Count& count, steady_clock::time_point began, int people = 0) {
  const auto rules = context.runtime.rules();
  TRY(view, context.runtime.store().view());
  TRY(building, Building::read(context.runtime, *rules, *view));
  JsonWriter out;
  out.begin_object();
  const Audience::Row& whole = count.rows.front();
  count_field(out, "count", whole.count);
  boolean_field(out, "exact", count.exact);
  if (count.exact) {
    null_field(out, "margin");
  } else {
    count_field(out, "margin", whole.margin);
  }
  count_field(out, "total", count.total);
  text_or_null_field(out, "id", count.scan);
  building.write(out, building.of(condition));
  out.name("rows").begin_list();
  for (const Audience::Row& row : count.rows) {
    out.begin_object();
    text_field(out, "path", row.path);
    text_field(out, "text", row.text);
    write_number(out, row.count, row.margin);
    out.end_object();
  }
  out.end_list();
  if (people > 0) {
    TRY(ids, some_contacts(context, condition, people));
    out.name("people").begin_list();
    TRY_VOID(write_contacts(out, *view, ids));
    out.end_list();
  }
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
  count_field(out, "tookMs", static_cast<std::uint64_t>(took.count()));
  return json(out.end_object().take());
}

Audience& audience_of(Context& context) {
  auto* keeper = dynamic_cast<runtime::AudienceKeeper*>(&context.runtime);
  ENSURE(keeper != nullptr);
  return keeper->audience();
}

/// How many of those who are counted are to be shown.
Result<int> read_people(const Object& body) {
  constexpr std::int64_t people_max = 10;
  const Value* value = body.find("people");
  if (value == nullptr || value->is_null()) return 0;
  const std::int64_t* number = value->as_integer();
  if (number == nullptr || *number < 0 || *number > people_max) {
    return failure({.code = "out_of_range",
                    .message = "people must be a whole number from 0 to 10",
                    .field = "people",
                    .value = to_json(*value),
                    .limit = std::to_string(people_max)});
  }
  return static_cast<int>(*number);
}

}  // namespace

Answer count_segment(Context& context, const Call& call) {
  const auto began = steady_clock::now();
  TRY(body, read_body_object(call.request));
  TRY(waits, optional_boolean(body, "wait"));
  TRY(people, read_people(body));
  const auto rules = context.runtime.rules();
  Result<segments::Condition> condition = read_where(body, *rules);
  if (!condition) return condition_problem(condition.error());
  TRY(count, audience_of(context).count(*condition, waits ? exact_wait_max : milliseconds(0)));
  return count_answer(context, *condition, count, began, people);
}

Answer read_segment(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  const auto rules = context.runtime.rules();
  Result<segments::Condition> condition = read_where(body, *rules);
  if (!condition) return condition_problem(condition.error());
  JsonWriter out;
  out.begin_object();
  write_condition(out, *condition);
  return json(out.end_object().take());
}

Answer get_segment_count(Context& context, const Call& call) {
  const auto began = steady_clock::now();
  const bool waits = call.request.query_parameter("wait").value_or("") == "true";
  const std::string& id = call.parameter("id");
  const std::optional<segments::Condition> condition = audience_of(context).condition_of(id);
  TRY(count, audience_of(context).scan(id, waits ? exact_wait_max : milliseconds(0)));
  if (!count || !condition) {
    return failure({.code = "unknown_count",
                    .message = "there is no such count, or nobody has asked for it for a while",
                    .field = "id",
                    .value = id});
  }
  return count_answer(context, *condition, *count, began);
}

}  // namespace sojourn::api::endpoints
