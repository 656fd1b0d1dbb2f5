#pragma once

/// A topic: what a contact can want mails about or not, apart from all others. Who opts out of one
/// goes on to get the rest.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace sojourn::policies {

struct Topic {
  std::string key = {};
  std::string name = {};         ///< as the preference centre shows it
  std::string description = {};  ///< one or two sentences for those who choose; may be empty
  /// What holds for an address that has said nothing: false asks for an explicit opt-in, whatever
  /// the workspace does.
  bool is_on_by_default = true;
  /// Nobody joins it by a public form, and the preference centre shows it only to who is in it.
  bool is_private = false;
  std::vector<std::string> channels = {"email"};

  friend bool operator==(const Topic&, const Topic&) = default;
};

/// Topics of a workspace: more than that nobody reads through on one page.
inline constexpr std::size_t topics_max = 200;
inline constexpr std::size_t topic_name_bytes_max = 100;
inline constexpr std::size_t topic_description_bytes_max = 500;

/// `{kind: topic, key, name, description, default: opted_in|opted_out, visibility: public|private,
/// channels: [email]}`
[[nodiscard]] Result<Topic> read_topic(const Value& value);

/// Null where there is none with this key.
[[nodiscard]] const Topic* find_topic(const std::vector<Topic>& topics, std::string_view key);

}  // namespace sojourn::policies
