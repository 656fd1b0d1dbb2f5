#include "domain/reaction/footer_check.h"

#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "domain/reaction/render.h"

namespace sojourn::reaction {
namespace {

// Nothing that somebody writes looks like these.
constexpr std::string_view address_mark = "postal-address-of-the-sender-0f3a";
constexpr std::string_view unsubscribe_mark = "https://check.invalid/unsubscribe-0f3a";
constexpr std::string_view preference_mark = "https://check.invalid/preferences-0f3a";

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
  return keys;
}

bool holds(std::string_view part, std::string_view what) {
  return !what.empty() && part.find(what) != std::string_view::npos;
}

struct Part {
  std::string_view name;
  const std::string& text;
  std::string own_address;  ///< as the part would have it
};

void check_part(const Part& part, const std::string& key, std::vector<FooterGap>& gaps) {
  if (part.text.empty()) return;
  if (!holds(part.text, address_mark) && !holds(part.text, part.own_address)) {
    gaps.push_back({key, "no_postal_address",
                    fmt::format("template \"{}\" goes out as marketing, and its {} does not show "
                                "{{{{ workspace.postal_address }}}}",
                                key, part.name)});
  }
  if (!holds(part.text, unsubscribe_mark) && !holds(part.text, preference_mark)) {
    gaps.push_back({key, "no_unsubscribe",
                    fmt::format("template \"{}\" goes out as marketing, and its {} has neither "
                                "{{{{ unsubscribe_url }}}} nor {{{{ preference_url }}}}",
                                key, part.name)});
  }
}

}  // namespace

std::vector<FooterGap> find_footer_gaps(const Rules& rules, std::string_view postal_address) {
  std::vector<FooterGap> gaps;
  const ContactState nobody;
  for (const std::string& key : templates_of_marketing(rules)) {
    messages::Message message;
    message.template_key = key;
    templates::LinkTargets links;
    links.unsubscribe_url = unsubscribe_mark;
    links.preference_url = preference_mark;
    const Result<templates::RenderedEmail> mail =
        render_message(rules, nobody, message, links,
                       {.postal_address = std::string(address_mark), .now = Timestamp{0}});
    if (!mail) continue;
    check_part({"HTML", mail->html, escape_html(postal_address)}, key, gaps);
    check_part({"text", mail->text, std::string(postal_address)}, key, gaps);
  }
  return gaps;
}

}  // namespace sojourn::reaction
