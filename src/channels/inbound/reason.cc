#include "channels/inbound/reason.h"

#include <cstddef>

namespace sojourn::channels::inbound {
namespace {

struct Row {
  Reason reason;
  Kind kind;
  std::string_view name;
};

constexpr Row rows[] = {
    {Reason::unknown_user, Kind::hard, "unknown_user"},
    {Reason::unknown_host, Kind::hard, "unknown_host"},
    {Reason::moved, Kind::hard, "moved"},
    {Reason::disabled, Kind::hard, "disabled"},
    {Reason::not_accepting, Kind::hard, "not_accepting"},
    {Reason::permanent, Kind::hard, "permanent"},
    {Reason::mailbox_full, Kind::soft, "mailbox_full"},
    {Reason::too_big, Kind::soft, "too_big"},
    {Reason::expired, Kind::soft, "expired"},
    {Reason::delayed, Kind::soft, "delayed"},
    {Reason::unreachable, Kind::soft, "unreachable"},
    {Reason::route, Kind::soft, "route"},
    {Reason::system, Kind::soft, "system"},
    {Reason::greylisted, Kind::soft, "greylisted"},
    {Reason::throttled, Kind::soft, "throttled"},
    {Reason::blocked, Kind::soft, "blocked"},
    {Reason::policy, Kind::soft, "policy"},
    {Reason::spam, Kind::soft, "spam"},
    {Reason::content, Kind::soft, "content"},
    {Reason::sender_refused, Kind::soft, "sender_refused"},
    {Reason::sender_auth, Kind::soft, "sender_auth"},
    {Reason::our_error, Kind::soft, "our_error"},
    {Reason::temporary, Kind::soft, "temporary"},
    {Reason::abuse, Kind::complaint, "abuse"},
    {Reason::fraud, Kind::complaint, "fraud"},
    {Reason::virus, Kind::complaint, "virus"},
    {Reason::opt_out, Kind::complaint, "opt_out"},
    {Reason::other_complaint, Kind::complaint, "other"},
    {Reason::vacation, Kind::auto_reply, "vacation"},
    {Reason::left, Kind::auto_reply, "left"},
    {Reason::challenge, Kind::auto_reply, "challenge"},
    {Reason::automatic, Kind::auto_reply, "automatic"},
    {Reason::delivered, Kind::delivered, "delivered"},
    {Reason::relayed, Kind::delivered, "relayed"},
    {Reason::expanded, Kind::delivered, "expanded"},
    {Reason::read, Kind::delivered, "read"},
    {Reason::reply, Kind::unknown, "reply"},
    {Reason::not_spam, Kind::unknown, "not_spam"},
    {Reason::auth_failure, Kind::unknown, "auth_failure"},
    {Reason::unrecognised, Kind::unknown, "unrecognised"},
};

// Rows stand in the order of the enumeration, so that a reason is its own index.
constexpr bool is_in_order() {
  std::size_t index = 0;
  for (const Row& row : rows) {
    if (static_cast<std::size_t>(row.reason) != index++) return false;
  }
  return index == static_cast<std::size_t>(Reason::unrecognised) + 1;
}
static_assert(is_in_order());

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::hard:
      return "hard";
    case Kind::soft:
      return "soft";
    case Kind::complaint:
      return "complaint";
    case Kind::auto_reply:
      return "auto_reply";
    case Kind::delivered:
      return "delivered";
    case Kind::unknown:
      return "unknown";
  }
  return "";
}

std::string_view to_string(Reason reason) {
  return rows[static_cast<std::size_t>(reason)].name;
}

Kind kind_of(Reason reason) {
  return rows[static_cast<std::size_t>(reason)].kind;
}

}  // namespace sojourn::channels::inbound
