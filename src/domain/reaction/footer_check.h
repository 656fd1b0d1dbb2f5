#pragma once

/// What the law asks of every marketing mail, looked up in the mail as it would be sent: where the
/// sender lives, and a way to get no more (CAN-SPAM, 15 U.S.C. 7704(a)(3) and (5)).

#include <string>
#include <string_view>
#include <vector>

#include "domain/reaction/rules.h"

namespace sojourn::reaction {

struct FooterGap {
  std::string template_key;
  std::string code;     ///< `no_postal_address`, `no_unsubscribe`
  std::string message;  ///< for people
};

/// Of the templates that send steps use for marketing, those that lack something in one of their
/// parts; a mail that cannot be rendered lacks nothing here. Rendered for a contact of whom nothing
/// is known, whom a condition must not spare.
/// `postal_address`: the sender's, which a template may also hold as it is written.
[[nodiscard]] std::vector<FooterGap> find_footer_gaps(const Rules& rules,
                                                      std::string_view postal_address);

}  // namespace sojourn::reaction
