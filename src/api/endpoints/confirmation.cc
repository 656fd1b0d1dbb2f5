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

net::Response over_page(const Context& context) {
  return hosted_page(context,
                     {.title = "This link is too old",
                      .body = "<p>It worked for 72 hours. Please sign up once more.</p>"},
                     {.code = "link_expired", .message = "the link is too old"});
}

net::Response confirmed_page(const Context& context, const Asked& asked) {
  const std::string preferences =
      std::string(runtime::path_prefix(TokenKind::preferences)) +
      runtime::make_token(context.runtime.master_key(), TokenKind::preferences, {asked.message.id});
  const auto rules = context.runtime.rules();
  const reaction::FormRule* rule = rules->form(asked.record.form);
  const std::string words = rule == nullptr ? std::string() : rule->form.thank_you;
  return hosted_page(
      context, {.title = "Your address is confirmed",
                .body = paragraph(words) +
                        fmt::format("<p>You may close this page, or <a href=\"{}\">choose what "
                                    "you want to get</a>.</p>",
                                    preferences)});
}

}  // namespace

Answer confirmation_page(Context& context, const Call& call) {
  TRY(asked, find_asked(context, call));
  if (!asked) return link_not_found(context);
  if (is_confirmed(*asked)) return confirmed_page(context, *asked);
  if (is_over(context, *asked)) return over_page(context);
  return hosted_page(context,
                     {.title = "Confirm your address",
                      .body = paragraph(asked->message.address) +
                              "<form method=\"post\"><button>Confirm</button></form>"
                              "<p class=\"soft\">If it was not you who signed up, close this page: "
                              "you will get no mail.</p>"});
}

Answer confirm_signup(Context& context, const Call& call) {
  TRY(asked, find_asked(context, call));
  if (!asked) return link_not_found(context);
  if (is_confirmed(*asked)) return confirmed_page(context, *asked);
  if (is_over(context, *asked)) return over_page(context);
  TRY_VOID(confirm(context, call, asked->record, asked->message.contact));
  return confirmed_page(context, *asked);
}

}  // namespace sojourn::api::endpoints
