#pragma once

/// The few words that blocks say by themselves, in the language of their document.

#include <string_view>

namespace sojourn::templates::blocks {

struct Wording {
  std::string_view language;
  std::string_view unsubscribe;
  std::string_view preferences;
  std::string_view view_online;
  /// Of one, and of any other number.
  std::string_view day, days;
  std::string_view hour, hours;
  std::string_view minute, minutes;
  std::string_view watch;
};

/// By the first subtag of a language tag; English where we do not speak it.
[[nodiscard]] const Wording& wording_of(std::string_view language);

}  // namespace sojourn::templates::blocks
