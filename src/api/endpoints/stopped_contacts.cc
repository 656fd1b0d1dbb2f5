#include "api/endpoints/stopped_contacts.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints/contact_json.h"
#include "api/endpoints/counts.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {
namespace {

using messages::DeliveryState;
using messages::Message;

/// Messages of the journey that one page looks at, in batches.
constexpr std::size_t looked_at_max = 20'000;
constexpr int batch_size = 500;

/// Whether the message is not on its way because of its reason.
bool has_stopped(const Message& message) {
  return message.state != DeliveryState::sent && !message.reason.empty();
}

std::uint64_t total_of(const StepCounts& step, const std::string& reason) {
  std::uint64_t total = 0;
  for (const auto* reasons : {&step.skipped, &step.cancelled, &step.failed}) {
    const auto found = reasons->find(reason);
    if (found != reasons->end()) total += found->second;
  }
  return total;
}

/// Writes one object of JourneyContact; false where the contact or its run is not known any more.
Result<bool> write_stopped(JsonWriter& out, store::StateReads& view, const reaction::Rules& rules,
                           const Message& message) {
  TRY(id, resolve_alias(view, message.contact));
  TRY(contact, load_contact(view, id));
  if (!contact) return false;
  const std::vector<journeys::Run>& runs = contact->state.runs;
  const auto run = std::find_if(runs.begin(), runs.end(),
                                [&](const journeys::Run& each) { return each.id == message.run; });
  if (run == runs.end()) return false;
  out.begin_object();
  out.name("contact");
  write_contact_summary(out, *contact);
  out.name("run");
  write_run(out, *run, rules);
  time_field(out, "at", message.queued_at);
  out.end_object();
  return true;
}

}  // namespace

Answer list_stopped_contacts(Context& context, const Call& call,
                             const reaction::JourneyRule& rule) {
  const std::string step = call.request.query_parameter("step").value_or("");
  const std::string reason = call.request.query_parameter("reason").value_or("");
  if (rule.journey.find(step) == nullptr) {
    return failure({.code = step.empty() ? "missing_field" : "unknown_value",
                    .message = "a reason is one of a step of the journey, which must be named",
                    .field = "step",
                    .value = step});
  }
  TRY(page,
      read_page(call.request, fmt::format("stopped\n{}\n{}\n{}", rule.journey.key, step, reason)));
  TRY(view, context.runtime.store().view());
  TRY(counts, read_journey_counts(*view, rule.journey.key));
  const auto rules = context.runtime.rules();

  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  store::StateReads::MessageQuery query{
      .journey = rule.journey.key, .cursor = page.place, .limit = batch_size};
  int written = 0;
  bool ended = false;
  for (std::size_t seen = 0; seen < looked_at_max && !ended && written < page.limit;) {
    TRY(batch, view->list_messages(query));
    ended = batch.next.empty();
    query.cursor = batch.next;
    for (const Message& message : batch.messages) {
      ++seen;
      if (message.step != step || message.reason != reason || !has_stopped(message)) continue;
      TRY(known, write_stopped(out, *view, *rules, message));
      written += known ? 1 : 0;
      if (written < page.limit) continue;
      // The cursor of messages is the id before which the next page begins.
      ended = ended && &message == &batch.messages.back();
      query.cursor = std::to_string(message.id.value);
      break;
    }
  }
  out.end_list();
  write_next(out, page, ended ? "" : query.cursor);
  count_field(out, "total", total_of(counts.steps[step], reason));
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
