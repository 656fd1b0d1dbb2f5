// Double opt-in: the owner of an address says that it was they who signed up.
#include <fmt/format.h>

#include "api/endpoints/consent.h"
#include "api/endpoints/hosted_page.h"
#include "api/endpoints/tracked.h"
#include "api/problem.h"
#include "api/signup.h"
#include "base/text.h"

namespace sojourn::api::endpoints {
namespace {

using runtime::TokenKind;

/// A sign-up and the mail that asks to confirm it.
struct Asked {
  store::SignupRecord record;
  messages::Message message;
};

/// Absent where the link is none of ours, or was forgotten.
Result<std::optional<Asked>> find_asked(Context& context, const Call& call) {
  TRY(tracked, find_tracked(context, TokenKind::confirmation, call));
  const std::string_view prefix = forms::confirmation_message_prefix;
  if (!tracked || !tracked->message.key.starts_with(prefix)) return std::optional<Asked>();
  TRY(view, context.runtime.store().view());
  TRY(record, view->signup(std::string_view(tracked->message.key).substr(prefix.size())));
  if (!record) return std::optional<Asked>();
  return std::optional<Asked>(
      {.record = std::move(*record), .message = std::move(tracked->message)});
}

bool is_confirmed(const Asked& asked) {
  return asked.record.confirmed_at != Timestamp::never();
}

bool is_over(const Context& context, const Asked& asked) {
  return context.runtime.clock().now() > asked.record.at + confirmation_life;
}

net::Response over_page(const Context& context, PageLanguage language) {
  const std::string hours = std::to_string(confirmation_life.ms / Duration::hours(1).ms);
  return hosted_page(
      context,
      {.language = language,
       .title = std::string(page_text(language, PageText::confirm_late_title)),
       .body = paragraph(page_text(language, PageText::confirm_late_text, {{"hours", hours}}))},
      {.code = "link_expired", .message = "the link is too old"});
}

net::Response confirmed_page(const Context& context, PageLanguage language, const Asked& asked) {
  const auto rules = context.runtime.rules();
  const reaction::FormRule* rule = rules->form(asked.record.form);
  const std::string words = rule == nullptr ? std::string() : rule->form.thank_you;
  return hosted_page(
      context, {.language = language,
                .title = std::string(page_text(language, PageText::confirmed_title)),
                .body = paragraph(words) + choose_html(context, language, PageText::confirmed_text,
                                                       asked.message.id)});
}

PageLanguage language_for(const Context& context, const Call& call, const Asked& asked) {
  return language_of_call(context, call, asked.message.contact);
}

}  // namespace

Answer confirmation_page(Context& context, const Call& call) {
  TRY(asked, find_asked(context, call));
  if (!asked) return link_not_found(context, call);
  const PageLanguage language = language_for(context, call, *asked);
  if (is_confirmed(*asked)) return confirmed_page(context, language, *asked);
  if (is_over(context, *asked)) return over_page(context, language);
  return hosted_page(context,
                     {.language = language,
                      .title = std::string(page_text(language, PageText::confirm_title)),
                      .body = paragraph(asked->message.address) +
                              fmt::format("<form method=\"post\"><button>{}</button></form>"
                                          "<p class=\"soft\">{}</p>",
                                          page_html(language, PageText::confirm_button),
                                          page_html(language, PageText::confirm_note))});
}

Answer confirm_signup(Context& context, const Call& call) {
  TRY(asked, find_asked(context, call));
  if (!asked) return link_not_found(context, call);
  const PageLanguage language = language_for(context, call, *asked);
  if (is_confirmed(*asked)) return confirmed_page(context, language, *asked);
  if (is_over(context, *asked)) return over_page(context, language);
  TRY_VOID(confirm(context, call, asked->record, asked->message.contact));
  return confirmed_page(context, language, *asked);
}

}  // namespace sojourn::api::endpoints
