#include "channels/providers/message_reference.h"

#include <fmt/format.h>

namespace sojourn::channels::providers {

std::string message_reference(messages::MessageId id, std::string_view message_id) {
  return fmt::format("{}-{}", id.value, message_id.substr(0, message_id.find('@')));
}

}  // namespace sojourn::channels::providers
