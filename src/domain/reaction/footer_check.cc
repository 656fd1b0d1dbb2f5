#include "domain/reaction/footer_check.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "domain/reaction/render.h"
#include "domain/templates/checks/check.h"

namespace sojourn::reaction {
namespace {

// Nothing that somebody writes looks like these.
constexpr std::string_view address_mark = "postal-address-of-the-sender-0f3a";
constexpr std::string_view unsubscribe_mark = "https://check.invalid/unsubscribe-0f3a";
constexpr std::string_view preference_mark = "https://check.invalid/preferences-0f3a";

std::set<std::string> templates_of(const campaigns::Campaign& campaign) {
  std::set<std::string> keys;
  if (campaign.message_class != messages::MessageClass::marketing) return keys;
  keys.insert(campaign.template_key);
  if (!campaign.test) return keys;
  for (const campaigns::Arm& arm : campaign.test->arms) {
    if (!arm.template_key.empty()) keys.insert(arm.template_key);
  }
  return keys;
}

std::set<std::string> templates_of_marketing(const Rules& rules) {
  std::set<std::string> keys;
  for (const JourneyRule& rule : rules.journeys()) {
    for (const journeys::Step& step : rule.journey.steps) {
      const auto* send = std::get_if<journeys::Send>(&step.action);
      const bool is_marketing =
          send != nullptr && send->message_class == messages::MessageClass::marketing;
      if (is_marketing) keys.insert(send->template_key);
    }
  }
  for (const CampaignRule& rule : rules.campaigns()) keys.merge(templates_of(rule.campaign));
  return keys;
}

/// Looks at the templates of some keys, each as it is sent in each of its languages.
class FooterChecker {
 public:
  FooterChecker(const Rules& rules, const SenderAddresses& addresses)
      : rules_(rules), postal_addresses_(addresses.brands) {
    if (!addresses.workspace) return;
    shown_address_ = address_mark;
    postal_addresses_.emplace_back(address_mark);
    postal_addresses_.push_back(*addresses.workspace);
  }

  std::vector<FooterGap> check(const std::set<std::string>& keys) {
    for (const std::string& key : keys) {
      check_variant(key, "");
      const std::string prefix = key_of_variant(key, "");
      for (const TemplateRule& rule : rules_.templates()) {
        if (rule.key.starts_with(prefix)) check_variant(key, rule.key.substr(prefix.size()));
      }
    }
    return std::move(gaps_);
  }

 private:
  void check_variant(const std::string& key, const std::string& language) {
    messages::Message message;
    message.template_key = language.empty() ? key : key_of_variant(key, language);
    templates::LinkTargets links;
    links.unsubscribe_url = unsubscribe_mark;
    links.preference_url = preference_mark;
    const Result<templates::RenderedEmail> mail =
        render_message(rules_, nobody_, message, links,
                       {.postal_address = std::string(shown_address_), .now = Timestamp{0}});
    if (!mail) return;
    for (const auto& found : templates::checks::check_law(*mail, links, postal_addresses_)) {
      add(key, language, found);
    }
  }

  void add(const std::string& key, const std::string& language,
           const templates::checks::Check& found) {
    const bool lacks_address = found.code == templates::checks::Code::no_postal_address;
    const std::string in = language.empty() ? "" : fmt::format(", in {},", language);
    gaps_.push_back(
        {.template_key = key,
         .language = language,
         .part = found.part,
         .code = std::string(templates::checks::facts_of(found.code).name),
         .message = fmt::format("template \"{}\"{} goes out as marketing, and its {} {}", key, in,
                                found.part == "html" ? "HTML" : "text",
                                lacks_address ? missing_address() : missing_way_out)});
  }

  [[nodiscard]] std::string_view missing_address() const {
    return shown_address_.empty()
               ? "shows no postal address: the server has none (SOJOURN_POSTAL_ADDRESS)"
               : "does not show {{ workspace.postal_address }}";
  }

  static constexpr std::string_view missing_way_out =
      "has neither {{ unsubscribe_url }} nor {{ preference_url }}";

  const Rules& rules_;
  const ContactState nobody_;
  std::string_view shown_address_;
  std::vector<std::string> postal_addresses_;
  std::vector<FooterGap> gaps_;
};

}  // namespace

SenderAddresses sender_addresses(std::string_view postal_address, bool captures_mail,
                                 const templates::blocks::Kit& kit) {
  SenderAddresses addresses;
  if (captures_mail || !postal_address.empty()) addresses.workspace = postal_address;
  for (const auto& [key, brand] : kit.brands) addresses.brands.push_back(brand.address);
  return addresses;
}

std::vector<FooterGap> find_footer_gaps(const Rules& rules, const SenderAddresses& addresses) {
  return FooterChecker(rules, addresses).check(templates_of_marketing(rules));
}

std::vector<FooterGap> find_footer_gaps_of_campaign(const Rules& rules, std::string_view campaign,
                                                    const SenderAddresses& addresses) {
  const CampaignRule* rule = rules.campaign(campaign);
  if (rule == nullptr) return {};
  return FooterChecker(rules, addresses).check(templates_of(rule->campaign));
}

}  // namespace sojourn::reaction
