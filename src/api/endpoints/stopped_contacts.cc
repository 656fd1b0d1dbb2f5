#include "api/endpoints/stopped_contacts.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints/contact_json.h"
#include "api/endpoints/counted_list.h"
#include "api/endpoints/run_json.h"
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

/// Walks over the messages of a journey, newest first: writes a page of those that stopped, and
/// counts the ones behind it.
class StoppedWalk {
 public:
  StoppedWalk(JsonWriter& out, store::StateReads& view, const reaction::Rules& rules,
              std::string step, std::string reason, std::uint64_t limit)
      : out_(out),
        view_(view),
        runs_(view, rules),
        step_(std::move(step)),
        reason_(std::move(reason)),
        limit_(limit) {}

  Result<void> walk(store::StateReads::MessageQuery query) {
    for (std::size_t seen = 0; seen < looked_at_max; seen += batch_size) {
      TRY(batch, view_.list_messages(query));
      for (const Message& message : batch.messages) TRY_VOID(look_at(message));
      query.cursor = batch.next;
      if (batch.next.empty()) {
        ended_ = true;
        return {};
      }
      // Who was looked at before the page was full need not be looked at again.
      if (written_ < limit_) cursor_ = batch.next;
    }
    return {};
  }

  [[nodiscard]] std::uint64_t written() const { return written_; }
  /// Where the next page begins; empty: there is none.
  [[nodiscard]] std::string next() const {
    return ended_ && found_ == written_ ? std::string() : cursor_;
  }
  /// How many there are from where it began; absent where not all were looked at.
  [[nodiscard]] std::optional<std::uint64_t> found() const {
    return ended_ ? std::optional(found_) : std::nullopt;
  }

 private:
  /// Passes by one whose contact or run is not known any more.
  Result<void> look_at(const Message& message) {
    if (message.step != step_ || message.reason != reason_ || !has_stopped(message)) return {};
    TRY(id, resolve_alias(view_, message.contact));
    TRY(contact, load_contact(view_, id));
    if (!contact) return {};
    const std::vector<journeys::Run>& runs = contact->state.runs;
    const auto run = std::find_if(runs.begin(), runs.end(), [&](const journeys::Run& each) {
      return each.id == message.run;
    });
    if (run == runs.end()) return {};
    ++found_;
    if (written_ == limit_) return {};
    ++written_;
    // The cursor of messages is the id before which the next page begins.
    if (written_ == limit_) cursor_ = std::to_string(message.id.value);
    out_.begin_object();
    out_.name("contact");
    write_contact_summary(out_, *contact);
    out_.name("run");
    TRY_VOID(runs_.write(out_, id, *run));
    time_field(out_, "at", message.queued_at);
    out_.end_object();
    return {};
  }

  JsonWriter& out_;
  store::StateReads& view_;
  RunWriter runs_;
  const std::string step_;
  const std::string reason_;
  const std::uint64_t limit_;
  std::uint64_t written_ = 0;
  std::uint64_t found_ = 0;
  std::string cursor_;
  bool ended_ = false;
};

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
  const CountedPlace place = parse_counted_place(page.place);
  TRY(view, context.runtime.store().view());
  const auto rules = context.runtime.rules();

  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  StoppedWalk walk(out, *view, *rules, step, reason, static_cast<std::uint64_t>(page.limit));
  TRY_VOID(walk.walk({.journey = rule.journey.key, .cursor = place.place, .limit = batch_size}));
  out.end_list();
  write_counted_list_end(out, page, place, walk.next(), walk.written(), walk.found());
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
