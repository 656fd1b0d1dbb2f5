#include "domain/segments/segment.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "api/endpoints/building.h"
#include "api/endpoints/contact_list.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/segment_counts.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "domain/segments/condition_text.h"

namespace sojourn::api::endpoints {
namespace {

using reaction::SegmentRule;

Result<void> write_summary(JsonWriter& out, store::StateReads& view, const SegmentRule& rule,
                           const Building& building, const reaction::Rules& rules) {
  TRY(size, view.member_count(rule.number));
  text_field(out, "key", rule.segment.key);
  text_field(out, "name", rule.segment.name);
  count_field(out, "size", size);
  text_field(out, "summary", segments::describe(rule.segment.condition));
  building.write(out, building.of(rules.place_of(rule)));
  return {};
}

void write_used_in(JsonWriter& out, const reaction::Rules& rules, const SegmentRule& rule) {
  out.name("usedIn").begin_list();
  for (const reaction::Place place : rule.readers) {
    const reaction::OrderedRule& reader = rules.order()[place];
    if (reader.kind == reaction::OrderedRule::Kind::segment) {
      const segments::Segment& segment = rules.segments()[reader.index].segment;
      write_definition_ref(out, "segment", segment.key, segment.name);
    } else {
      const scoring::Score& score = rules.scores()[reader.index].score;
      write_definition_ref(out, "score", score.key, score.name);
    }
  }
  for (const reaction::TriggerRef& ref : rule.triggers) {
    const journeys::Journey& reader = rules.journeys()[ref.journey].journey;
    write_definition_ref(out, "journey", reader.key, reader.name);
  }
  out.end_list();
}

/// Who came and who left on one day of UTC.
struct Moves {
  std::int64_t entered = 0;
  std::int64_t left = 0;
};

Result<std::map<std::int32_t, Moves>> read_moves(store::StateReads& view, const std::string& key) {
  TRY(counters, view.counters("segment", key));
  std::map<std::int32_t, Moves> moves;
  for (const store::Counter& counter : counters) {
    if (counter.key.day == 0) continue;  // a standing total
    if (counter.key.outcome == "entered") moves[counter.key.day].entered += counter.count;
    if (counter.key.outcome == "left") moves[counter.key.day].left += counter.count;
  }
  return moves;
}

constexpr std::int32_t history_days = 90;
constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

}  // namespace

Answer get_segment_history(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  const auto rules = context.runtime.rules();
  const SegmentRule* rule = rules->segment(std::string_view(key));
  if (rule == nullptr) return failure(absent_definition(*rules, "segment", key));
  TRY(view, context.runtime.store().view());
  TRY(moves, read_moves(*view, key));
  TRY(members, view->member_count(rule->number));
  const auto today = static_cast<std::int32_t>(context.runtime.clock().now().ms / day_ms);
  const std::int32_t first =
      moves.empty() ? today : std::max(moves.begin()->first, today - history_days + 1);
  // Backwards from the size now: what came on a day was not there before it.
  std::vector<std::pair<std::int32_t, std::int64_t>> sizes;
  auto size = static_cast<std::int64_t>(members);
  for (std::int32_t day = today; day >= first; --day) {
    sizes.emplace_back(day, std::max<std::int64_t>(size, 0));
    size -= moves[day].entered - moves[day].left;
  }
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (auto each = sizes.rbegin(); each != sizes.rend(); ++each) {
    const auto& [day, count] = *each;
    out.begin_object();
    text_field(out, "day", format_timestamp(Timestamp{day * day_ms}).substr(0, 10));
    count_field(out, "size", static_cast<std::uint64_t>(count));
    count_field(out, "entered", static_cast<std::uint64_t>(moves[day].entered));
    count_field(out, "left", static_cast<std::uint64_t>(moves[day].left));
    out.end_object();
  }
  out.end_list();
  return json(out.end_object().take());
}

Answer list_segments(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "segments"));
  const auto rules = context.runtime.rules();
  const auto by_name = [](const SegmentRule& rule) {
    return rule.segment.name + '\n' + rule.segment.key;
  };
  const Slice<SegmentRule> found = slice(rules->segments(), page, by_name);
  TRY(view, context.runtime.store().view());
  TRY(building, Building::read(context.runtime, *rules, *view));
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const SegmentRule* rule : found.items) {
    out.begin_object();
    TRY_VOID(write_summary(out, *view, *rule, building, *rules));
    out.end_object();
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer get_segment(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  const auto rules = context.runtime.rules();
  const SegmentRule* rule = rules->segment(std::string_view(key));
  if (rule == nullptr) return failure(absent_definition(*rules, "segment", key));
  TRY(view, context.runtime.store().view());
  TRY(revision, revision_of(*view, "segment", key));
  TRY(building, Building::read(context.runtime, *rules, *view));
  JsonWriter out;
  out.begin_object();
  TRY_VOID(write_summary(out, *view, *rule, building, *rules));
  write_condition(out, rule->segment.condition);
  text_field(out, "rev", revision);
  write_used_in(out, *rules, *rule);
  return json(out.end_object().take());
}

Answer list_segment_contacts(Context& context, const Call& call) {
  TRY(text,
      contact_list_json(context, call.request,
                        ContactFilter{.search = {}, .segment = call.parameter("key"), .list = {}}));
  return json(std::move(text));
}

}  // namespace sojourn::api::endpoints
