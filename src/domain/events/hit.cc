#include "domain/events/hit.h"

#include <algorithm>
#include <array>

namespace sojourn::events {
namespace {

/// Networks by the begin of their addresses. Apple's own loads images for its mail program; nobody
/// reads mail from within it.
constexpr std::array<std::string_view, 1> scanner_networks = {"17."};

bool is_from_scanner_network(std::string_view address) {
  // An IPv6 address never has a dot before its third character.
  return std::ranges::any_of(scanner_networks, [&](std::string_view network) {
    return address.starts_with(network) && address.find(':') == std::string_view::npos;
  });
}

bool is_on_this_machine(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

}  // namespace

std::string_view to_string(HitReason reason) {
  switch (reason) {
    case HitReason::no_agent:
      return "no_agent";
    case HitReason::scanner_agent:
      return "scanner_agent";
    case HitReason::library_agent:
      return "library_agent";
    case HitReason::privacy_proxy:
      return "privacy_proxy";
    case HitReason::scanner_network:
      return "scanner_network";
    case HitReason::head:
      return "head";
    case HitReason::too_soon:
      return "too_soon";
    case HitReason::hidden_link:
      return "hidden_link";
    case HitReason::many_links:
      return "many_links";
    case HitReason::many_recipients:
      return "many_recipients";
  }
  return "";
}

std::optional<HitReason> machine_reason(const Hit& hit) {
  if (hit.link == LinkSight::hidden) return HitReason::hidden_link;
  if (hit.method == HitMethod::head) return HitReason::head;
  const bool is_local = is_on_this_machine(hit.address);
  if (const auto reason = machine_agent(hit.user_agent, hit.kind)) {
    const bool says_so = *reason == HitReason::scanner_agent || *reason == HitReason::privacy_proxy;
    if (says_so || !is_local) return reason;
  }
  const bool is_burst = hit.kind == HitKind::click && hit.links_in_burst >= burst_links_min;
  if (is_burst) return HitReason::many_links;
  if (is_local) return std::nullopt;
  if (is_from_scanner_network(hit.address)) return HitReason::scanner_network;
  if (hit.since_sent && *hit.since_sent < read_time_min) return HitReason::too_soon;
  const bool is_crowd = hit.kind == HitKind::click && hit.mails_from_address >= crowd_mails_min;
  return is_crowd ? std::optional(HitReason::many_recipients) : std::nullopt;
}

}  // namespace sojourn::events
