#include "domain/messages/message.h"

namespace sojourn::messages {
namespace {

constexpr std::array<std::string_view, 9> state_names = {"queued",  "claimed",   "committing",
                                                         "sent",    "retry",     "failed",
                                                         "skipped", "cancelled", "uncertain"};

}  // namespace

std::string_view to_string(DeliveryState state) {
  return state_names[static_cast<std::size_t>(state)];
}

std::optional<DeliveryState> parse_delivery_state(std::string_view text) {
  for (std::size_t i = 0; i < state_names.size(); ++i) {
    if (state_names[i] == text) return static_cast<DeliveryState>(i);
  }
  return std::nullopt;
}

bool is_legal_move(DeliveryState from, DeliveryState to) {
  using enum DeliveryState;
  switch (from) {
    case queued:
    case retry:
      // A claim is kept in memory by the embedded store's one sender, so what may follow a claim
      // may follow these.
      return to == claimed || to == committing || to == retry || to == skipped || to == cancelled ||
             to == failed;
    case claimed:
      return to == committing || to == queued || to == retry || to == skipped || to == cancelled ||
             to == failed;
    case committing:
      return to == sent || to == retry || to == failed || to == uncertain;
    case sent:
    case failed:
    case skipped:
    case cancelled:
    case uncertain:
      return false;
  }
  return false;
}

bool is_final(DeliveryState state) {
  using enum DeliveryState;
  return state == sent || state == failed || state == skipped || state == cancelled ||
         state == uncertain;
}

}  // namespace sojourn::messages
