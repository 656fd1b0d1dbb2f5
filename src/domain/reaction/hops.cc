#include "domain/reaction/hops.h"

#include <algorithm>
#include <array>

#include "domain/events/standard_names.h"

namespace sojourn::reaction {
namespace {

constexpr std::string_view member = "hops";

bool is_logged_by_step(const events::Event& event) {
  return event.source == events::journey_source && event.trust != events::Trust::browser_key;
}

}  // namespace

int hops_of(const events::Event& event) {
  if (!is_logged_by_step(event)) return 0;
  const Value* hops = event.context.find(member);
  const std::int64_t* written = hops == nullptr ? nullptr : hops->as_integer();
  if (written == nullptr) return 1;
  return static_cast<int>(std::clamp<std::int64_t>(*written, 1, hops_max + 1));
}

void set_hops(events::Event& event, int hops) {
  if (hops > 1) event.context.set(member, Value(std::min(hops, hops_max + 1)));
}

bool is_report(const events::Event& event) {
  namespace names = events::names;
  static constexpr std::array<std::string_view, 5> reports = {
      names::email_sent, names::message_failed, names::message_deferred, names::message_uncertain,
      names::webhook_answered};
  return event.trust == events::Trust::system &&
         std::find(reports.begin(), reports.end(), event.name) != reports.end();
}

}  // namespace sojourn::reaction
