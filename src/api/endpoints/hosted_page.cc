#include "api/endpoints/hosted_page.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "api/problem.h"
#include "base/text.h"
#include "domain/reaction/rules.h"
#include "runtime/tracking_token.h"

namespace sojourn::api {
namespace {

constexpr std::size_t nonce_bytes = 16;
constexpr std::string_view plain_color = "#1f4fd8";

/// Colours have at least 4.5:1 against what they stand on, borders of fields 3:1.
constexpr std::string_view style = R"(
:root{{color-scheme:light dark;
--ink:#1b1f24;--soft:#545d68;--paper:#ffffff;--line:#767e87;--card:#f4f6f8}}
@media (prefers-color-scheme:dark){{
:root{{--ink:#e8eaed;--soft:#aab2bb;--paper:#15181c;--line:#8b949e;--card:#1f242a}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}}
header{{border-top:6px solid {brand};padding:20px 24px 0;max-width:40rem;margin:0 auto;
color:var(--soft)}}
main{{max-width:40rem;margin:0 auto;padding:4px 24px 48px}}
h1{{font-size:1.6rem;line-height:1.25;margin:.4em 0 .6em}}
a{{color:inherit}}
.soft{{color:var(--soft)}}
fieldset{{border:0;margin:0;padding:0}}
legend{{padding:0;font-weight:600;margin-bottom:8px}}
.choice{{display:flex;gap:12px;align-items:flex-start;background:var(--card);
border-radius:8px;padding:12px 16px;margin:0 0 8px}}
.choice input{{width:20px;height:20px;margin:2px 0 0;flex:none}}
.choice label{{font-weight:600;display:block}}
.field{{margin:0 0 16px}}
.field label{{display:block;font-weight:600;margin-bottom:4px}}
.field input,.field select{{width:100%;font:inherit;color:inherit;background:var(--paper);
border:1px solid var(--line);border-radius:8px;padding:10px 12px}}
button{{font:inherit;font-weight:600;border:1px solid {brand};border-radius:8px;
background:{brand};color:{on_brand};padding:10px 18px;margin:8px 8px 8px 0;cursor:pointer}}
button.plain{{background:var(--paper);color:var(--ink);border-color:var(--line)}}
:focus-visible{{outline:3px solid var(--ink);outline-offset:2px}}
.note{{border-left:4px solid var(--ink);background:var(--card);padding:10px 16px;margin:0 0 16px}}
.away{{position:absolute;left:-10000px;top:auto;width:1px;height:1px;overflow:hidden}}
)";

/// 0 to 1, of one channel of a colour.
double linear(std::string_view rrggbb, std::size_t place) {
  unsigned value = 0;
  std::from_chars(rrggbb.data() + place, rrggbb.data() + place + 2, value, 16);
  const double part = value / 255.0;
  return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
}

std::string document(const Context& context, const HostedPage& page, std::string_view nonce) {
  const policies::Policies& policies = context.runtime.rules()->policies();
  const std::string_view brand =
      policies.brand_color.empty() ? plain_color : std::string_view(policies.brand_color);
  const std::string css =
      fmt::format(style, fmt::arg("brand", brand), fmt::arg("on_brand", text_color_on(brand)));
  return fmt::format(
      "<!doctype html>\n<html lang=\"{5}\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" "
      "content=\"noindex\">"
      "<title>{0}</title><style nonce=\"{1}\">{2}</style></head>"
      "<body><header>{3}</header><main><h1>{0}</h1>{4}</main></body></html>\n",
      escape_html(page.title), nonce, css, escape_html(policies.name), page.body,
      language_tag(page.language));
}

net::Response with_policy(net::Response response, const HostedPage& page, std::string_view nonce) {
  const std::string target = page.form_origin.empty() ? "" : " " + page.form_origin;
  response.headers.add("Cache-Control", "no-store");
  response.headers.add(
      "Content-Security-Policy",
      fmt::format("default-src 'none'; style-src 'nonce-{}'; form-action 'self'{}; "
                  "frame-ancestors 'none'; base-uri 'none'",
                  nonce, target));
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("X-Robots-Tag", "noindex");
  return response;
}

}  // namespace

std::string_view text_color_on(std::string_view rrggbb) {
  constexpr double black_reads_better_above = 0.179;  // where both have the same contrast
  const double luminance =
      0.2126 * linear(rrggbb, 1) + 0.7152 * linear(rrggbb, 3) + 0.0722 * linear(rrggbb, 5);
  return luminance > black_reads_better_above ? "#000000" : "#ffffff";
}

net::Response hosted_page(const Context& context, const HostedPage& shown) {
  const std::string nonce = to_base64(context.random(nonce_bytes));
  return with_policy(page(document(context, shown, nonce)), shown, nonce);
}

net::Response hosted_page(const Context& context, const HostedPage& shown, const Error& error) {
  const std::string nonce = to_base64(context.random(nonce_bytes));
  return with_policy(page_of(error, document(context, shown, nonce)), shown, nonce);
}

net::Response link_not_found(const Context& context, const Call& call) {
  const PageLanguage language = language_of_call(context, call);
  return hosted_page(context,
                     {.language = language,
                      .title = std::string(page_text(language, PageText::link_unknown_title)),
                      .body = paragraph(page_text(language, PageText::link_unknown_text))},
                     {.code = "unknown_path", .message = "no such link"});
}

std::string choose_html(const Context& context, PageLanguage language, PageText text,
                        messages::MessageId message) {
  using runtime::TokenKind;
  const std::string link =
      fmt::format("<a href=\"{}{}\">", runtime::path_prefix(TokenKind::preferences),
                  runtime::make_token(context.runtime.master_key(), TokenKind::preferences,
                                      {.message = message}));
  return fmt::format("<p>{}</p>",
                     page_html(language, text, {{"choose", link}, {"/choose", "</a>"}}));
}

std::string paragraph(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("<p>{}</p>", escape_html(text));
}

}  // namespace sojourn::api
