#include "domain/simulation/cast.h"

#include <absl/time/time.h>
#include <fmt/format.h>

#include "base/calendar.h"

namespace sojourn::simulation {

using reaction::ContactState;

const ContactState* find(const Stage& stage, const Who& who) {
  if (who.user.empty()) {
    return stage.find({std::string(contacts::kinds::anonymous_id), who.visitor});
  }
  return stage.find({std::string(contacts::kinds::user_id), who.user});
}

std::string name_of(const Who& who) {
  return who.user.empty() ? "~" + who.visitor : who.user;
}

std::string name_of(const ContactState& contact) {
  const std::string user = contact.identifier(contacts::kinds::user_id);
  if (!user.empty()) return user;
  const std::string visitor = contact.identifier(contacts::kinds::anonymous_id);
  return visitor.empty() ? contacts::format(contact.id) : "~" + visitor;
}

std::string name_of(const Stage& stage, const contacts::ContactId& id) {
  const ContactState* contact = stage.find(id);
  return contact == nullptr ? contacts::format(id) : name_of(*contact);
}

Result<Timestamp> WallClock::read(const When& when) {
  if (!when.zone.empty()) zone_ = when.zone;
  constexpr std::size_t date_size = 10;
  const bool has_offset = when.text.find_first_of("Z+-", date_size) != std::string::npos;
  return has_offset ? parse_timestamp(when.text) : parse_local_time(when.text, zone_);
}

std::string WallClock::write(Timestamp time) const {
  if (time == Timestamp::never()) return "for ever";
  const auto zone = find_zone(zone_);
  if (!zone) return format_timestamp(time);
  const absl::CivilSecond local = local_time(time, *zone);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}", local.year(), local.month(),
                                 local.day(), local.hour(), local.minute());
  const std::int64_t fraction = ((time.ms % 1000) + 1000) % 1000;
  if (local.second() != 0 || fraction != 0) text += fmt::format(":{:02}", local.second());
  if (fraction != 0) text += fmt::format(".{:03}", fraction);
  return text;
}

}  // namespace sojourn::simulation
