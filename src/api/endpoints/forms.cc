// The hosted sign-up forms.
#include <fmt/format.h>

#include <algorithm>

#include "api/client_address.h"
#include "api/endpoints/consent.h"
#include "api/endpoints/hosted_page.h"
#include "api/form_fields.h"
#include "api/form_stamp.h"
#include "api/problem.h"
#include "api/signup.h"
#include "base/text.h"
#include "domain/contacts/attributes.h"

namespace sojourn::api::endpoints {
namespace {

using forms::Field;
using forms::Form;

constexpr std::size_t locale_bytes_max = 100;
constexpr std::size_t address_bytes_max = 254;
/// People do not see it, and programs fill it in.
constexpr std::string_view trap = "website";

std::string origin_of(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  return scheme_end == std::string_view::npos
             ? std::string()
             : std::string(url.substr(0, url.find('/', scheme_end + 3)));
}

std::string options_of(const Field& field, std::string_view chosen) {
  std::string html = "<option value=\"\"></option>";
  for (const std::string& option : field.options) {
    html += fmt::format("<option{}>{}</option>", option == chosen ? " selected" : "",
                        escape_html(option));
  }
  return html;
}

std::string input_of(const Field& field, std::string_view typed) {
  const std::string name = escape_html(field.attribute);
  const std::string_view required = field.is_required ? " required" : "";
  switch (field.kind) {
    case Field::Kind::checkbox:
      return fmt::format(
          "<div class=\"choice\"><input type=\"checkbox\" name=\"{0}\" id=\"field-{0}\" "
          "value=\"yes\"{1}{2}><div><label for=\"field-{0}\">{3}</label></div></div>",
          name, typed.empty() ? "" : " checked", required, escape_html(field.label));
    case Field::Kind::select:
      return fmt::format(
          "<div class=\"field\"><label for=\"field-{0}\">{1}</label><select name=\"{0}\" "
          "id=\"field-{0}\"{2}>{3}</select></div>",
          name, escape_html(field.label), required, options_of(field, typed));
    case Field::Kind::text:
    case Field::Kind::number:
      break;
  }
  const bool is_number = field.kind == Field::Kind::number;
  return fmt::format(
      "<div class=\"field\"><label for=\"field-{0}\">{1}</label><input name=\"{0}\" "
      "id=\"field-{0}\" type=\"{2}\"{3} value=\"{4}\"{5}></div>",
      name, escape_html(field.label), is_number ? "number" : "text",
      is_number ? " step=\"any\"" : "", escape_html(typed), required);
}

/// The button of a form that says nothing else is in the language of the page, as the rest of it
/// is.
std::string button_of(PageLanguage language, const Form& form) {
  const bool is_chosen = form.button != Form().button;
  return is_chosen ? escape_html(form.button) : page_html(language, PageText::form_button);
}

std::string form_html(const Context& context, PageLanguage language, const Form& form,
                      const FormFields& typed) {
  std::string html = paragraph(form.text);
  html += fmt::format(
      "<form method=\"post\"><div class=\"field\"><label for=\"email\">{}</label>"
      "<input name=\"email\" id=\"email\" type=\"email\" autocomplete=\"email\" value=\"{}\" "
      "required></div>",
      page_html(language, PageText::form_email), escape_html(typed.first("email")));
  for (const Field& field : form.fields) html += input_of(field, typed.first(field.attribute));
  if (!form.consent.empty()) {
    html += fmt::format(
        "<div class=\"choice\"><input type=\"checkbox\" name=\"consent\" id=\"consent\" "
        "value=\"yes\" required><div><label for=\"consent\">{}</label></div></div>",
        escape_html(form.consent));
  }
  html += fmt::format(
      "<input type=\"hidden\" name=\"started\" value=\"{0}\">"
      "<div class=\"away\" aria-hidden=\"true\"><label for=\"{1}\">{3}</label>"
      "<input name=\"{1}\" id=\"{1}\" tabindex=\"-1\" autocomplete=\"off\"></div>"
      "<button>{2}</button></form>",
      make_form_stamp(context.runtime.master_key(), form.key, context.runtime.clock().now()), trap,
      button_of(language, form), page_html(language, PageText::form_trap));
  return html;
}

HostedPage page_of_form(const Context& context, PageLanguage language, const Form& form,
                        const FormFields& typed) {
  return {.language = language,
          .title = form.title,
          .body = form_html(context, language, form, typed),
          .form_origin = origin_of(form.redirect)};
}

/// What was wrong, for who has sent the form.
std::string refusal(PageLanguage language, const Form& form, const Error& error) {
  struct Refusal {
    std::string_view code;
    PageText text;
  };
  static constexpr Refusal of_form[] = {
      {"too_many_attempts", PageText::form_too_many},
      {"form_of_program", PageText::form_of_program},
      {"form_not_opened", PageText::form_not_opened},
      {"form_too_fast", PageText::form_too_fast},
      {"form_open_long", PageText::form_open_long},
      {"invalid_email", PageText::form_no_address},
  };
  for (const Refusal& each : of_form) {
    if (each.code == error.code) return std::string(page_text(language, each.text));
  }
  const auto field = std::find_if(form.fields.begin(), form.fields.end(),
                                  [&](const Field& each) { return each.attribute == error.field; });
  if (field == form.fields.end()) {
    return std::string(page_text(language, PageText::form_no_consent));
  }
  static constexpr Refusal of_field[] = {
      {"missing_field", PageText::form_field_missing},
      {"too_long", PageText::form_field_too_long},
      {"not_a_number", PageText::form_field_no_number},
      {"not_an_option", PageText::form_field_no_option},
      {"not_utf8", PageText::form_field_no_text},
  };
  for (const Refusal& each : of_field) {
    if (each.code != error.code) continue;
    return page_text(language, each.text,
                     {{"field", field->label}, {"value", error.value}, {"limit", error.limit}});
  }
  return error.message;
}

/// The form again, with what was wrong.
net::Response refused(const Context& context, PageLanguage language, const Form& form,
                      const FormFields& typed, const Error& error) {
  HostedPage page = page_of_form(context, language, form, typed);
  page.body = fmt::format("<p class=\"note\" role=\"alert\">{}</p>",
                          escape_html(refusal(language, form, error))) +
              page.body;
  return hosted_page(context, page, error);
}

/// Whether another page than ours may post to the form.
bool is_allowed_origin(const net::Request& request, const Form& form) {
  const std::string_view origin = request.header("Origin").value_or("");
  const std::vector<std::string>& allowed = form.allowed_origins;
  return std::find(allowed.begin(), allowed.end(), origin) != allowed.end();
}

/// That a person sends the form, as far as that can be seen.
Result<void> check_sender(Context& context, const Call& call, const Form& form,
                          const FormFields& fields) {
  const std::string who = throttled_address(call.client_address);
  if (context.form_posts.begin(who, context.real_clock.now())) {
    return failure("too_many_attempts", "too many forms came from here");
  }
  if (!fields.first(trap).empty()) {
    return failure("form_of_program", "the hidden field must stay empty");
  }
  const Timestamp now = context.runtime.clock().now();
  const std::optional<Timestamp> opened =
      read_form_stamp(context.runtime.master_key(), form.key, fields.first("started"));
  if (!opened) {
    if (is_allowed_origin(call.request, form)) return {};
    return failure("form_not_opened", "the form was not sent from its page");
  }
  if (now - *opened < form_open_min) {
    return failure("form_too_fast", "the form was sent at once");
  }
  if (now - *opened > form_open_max) {
    return failure("form_open_long", "the page was open for long");
  }
  return {};
}

Result<std::string> read_address(const FormFields& fields) {
  const std::string_view typed = fields.first("email");
  std::string email = typed.size() > address_bytes_max ? "" : contacts::normalise_email(typed);
  // What would end the address, or begin another, in a mail.
  const bool is_plain = email.find_first_of("()[]\\:") == std::string::npos &&
                        email.find('@') == email.rfind('@') && is_valid_utf8(email);
  if (email.empty() || !is_plain) {
    return failure({.code = "invalid_email",
                    .message = "is no email address",
                    .field = "email",
                    .value = std::string(typed.substr(0, address_bytes_max))});
  }
  return email;
}

Result<Submission> read_submission(const Call& call, const Form& form, const FormFields& fields) {
  Submission submission;
  TRY(email, read_address(fields));
  submission.email = std::move(email);
  for (const Field& field : form.fields) {
    TRY(value, forms::read_answer(field, fields.first(field.attribute)));
    if (!value.is_null()) submission.attributes.set(field.attribute, std::move(value));
  }
  if (!form.consent.empty() && fields.first("consent").empty()) {
    return failure(
        {.code = "missing_field", .message = "the box must be ticked", .field = "consent"});
  }
  const std::string_view locale = call.request.header("Accept-Language").value_or("");
  if (locale.size() <= locale_bytes_max && is_valid_utf8(locale)) submission.locale = locale;
  return submission;
}

net::Response thanks(const Context& context, PageLanguage language, const Form& form,
                     SignupOutcome outcome) {
  if (!form.redirect.empty()) return found(form.redirect);
  const bool waits = outcome == SignupOutcome::needs_confirmation;
  const std::string_view next = waits ? page_text(language, PageText::form_next_text) : "";
  const std::string_view words = form.thank_you.empty() && !waits
                                     ? page_text(language, PageText::form_thanks_text)
                                     : std::string_view(form.thank_you);
  const PageText title = waits ? PageText::form_next_title : PageText::form_thanks_title;
  return hosted_page(context, {.language = language,
                               .title = std::string(page_text(language, title)),
                               .body = paragraph(next) + paragraph(words)});
}

net::Response for_other_page(const net::Request& request, const Form& form,
                             net::Response response) {
  if (is_allowed_origin(request, form)) {
    response.headers.add("Access-Control-Allow-Origin", request.header("Origin").value_or(""));
    response.headers.add("Vary", "Origin");
  }
  return response;
}

}  // namespace

Answer form_page(Context& context, const Call& call) {
  const auto rules = context.runtime.rules();
  const reaction::FormRule* rule = rules->form(call.parameter("key"));
  if (rule == nullptr) return link_not_found(context, call);
  return hosted_page(context,
                     page_of_form(context, language_of_call(context, call), rule->form, {}));
}

Answer submit_form(Context& context, const Call& call) {
  const auto rules = context.runtime.rules();
  const reaction::FormRule* rule = rules->form(call.parameter("key"));
  if (rule == nullptr) return link_not_found(context, call);
  const Form& form = rule->form;
  TRY(fields, FormFields::read(call.request));
  const auto answer = [&](net::Response response) {
    return for_other_page(call.request, form, std::move(response));
  };
  const PageLanguage language = language_of_call(context, call);
  const Result<void> checked = check_sender(context, call, form, fields);
  if (!checked) return answer(refused(context, language, form, fields, checked.error()));
  const Result<Submission> submission = read_submission(call, form, fields);
  if (!submission) return answer(refused(context, language, form, fields, submission.error()));
  TRY(outcome, take_signup(context, call, *rule, *submission));
  return answer(thanks(context, language, form, outcome));
}

}  // namespace sojourn::api::endpoints
