#pragma once

/// What the law asks of every marketing mail, looked up in the mail as it would be sent: where the
/// sender lives, and a way to get no more (CAN-SPAM, 15 U.S.C. 7704(a)(3) and (5)).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/reaction/rules.h"
#include "domain/templates/blocks/kit.h"

namespace sojourn::reaction {

/// Where marketing may say that its sender lives.
struct SenderAddresses {
  /// What `workspace.postal_address` prints. Absent: nothing, so that no mail can show it. Empty:
  /// it is still to be set, which is time enough while mails do not leave the server.
  std::optional<std::string> workspace = {};
  /// Of the workspace's brands, whose footers show them.
  std::vector<std::string> brands = {};
};

/// Of a server with this postal address, which may be empty; `captures_mail`: mails do not leave
/// it.
[[nodiscard]] SenderAddresses sender_addresses(std::string_view postal_address, bool captures_mail,
                                               const templates::blocks::Kit& kit);

/// One thing that one part of one template lacks.
struct FooterGap {
  std::string template_key;
  std::string language;  ///< as templates keep it (`de-at`); empty: the first one
  std::string part;      ///< `html` or `text`
  std::string code;      ///< `no_postal_address`, `no_unsubscribe`
  std::string message;   ///< for people: template, part, and what is missing
};

/// Of the templates that send steps and campaigns use for marketing, in all their languages, those
/// that lack something in one of their parts; a mail that cannot be rendered lacks nothing here.
/// Rendered for a contact of whom nothing is known, whom a condition must not spare.
[[nodiscard]] std::vector<FooterGap> find_footer_gaps(const Rules& rules,
                                                      const SenderAddresses& addresses);

/// The same of what one campaign sends; empty where there is no such campaign.
[[nodiscard]] std::vector<FooterGap> find_footer_gaps_of_campaign(const Rules& rules,
                                                                  std::string_view campaign,
                                                                  const SenderAddresses& addresses);

}  // namespace sojourn::reaction
