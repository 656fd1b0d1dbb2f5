#pragma once

/// What the pages that contacts see say, and in which language.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/endpoint.h"
#include "domain/contacts/contact_id.h"

namespace sojourn::api {

/// Languages that the pages are written in.
enum class PageLanguage : std::uint8_t { en, de, fr };

/// In the order of page_texts.yaml, whose names they are.
enum class PageText : std::uint8_t {
  link_unknown_title,
  link_unknown_text,
  mails_to,
  unsubscribe_title,
  unsubscribe_topic,
  unsubscribe_all,
  unsubscribed_title,
  unsubscribed_text,
  preferences_title,
  preferences_suppressed,
  preferences_question,
  preferences_everything,
  preferences_save,
  preferences_note,
  preferences_saved,
  preferences_left,
  confirm_title,
  confirm_button,
  confirm_note,
  confirmed_title,
  confirmed_text,
  confirm_late_title,
  confirm_late_text,
  mail_gone_title,
  mail_gone_text,
  form_email,
  form_trap,
  form_button,
  form_thanks_title,
  form_thanks_text,
  form_next_title,
  form_next_text,
  form_too_many,
  form_of_program,
  form_not_opened,
  form_too_fast,
  form_open_long,
  form_no_address,
  form_no_consent,
  form_field_missing,
  form_field_too_long,
  form_field_no_number,
  form_field_no_option,
  form_field_no_text,
};
inline constexpr std::size_t page_languages_count = 3;
inline constexpr std::size_t page_texts_count =
    static_cast<std::size_t>(PageText::form_field_no_text) + 1;

/// What stands in the place of `{name}`.
struct PageWord {
  std::string_view name;
  std::string_view value;
};

/// Plain text. It lives as long as the program.
[[nodiscard]] std::string_view page_text(PageLanguage language, PageText text);
/// The same with words put in; what they hold is not looked at again.
[[nodiscard]] std::string page_text(PageLanguage language, PageText text,
                                    std::initializer_list<PageWord> words);
/// The same as HTML: the text is escaped, the words are taken as they are.
[[nodiscard]] std::string page_html(PageLanguage language, PageText text,
                                    std::initializer_list<PageWord> words = {});

/// `en`, as BCP 47 has it.
[[nodiscard]] std::string_view language_tag(PageLanguage language);

/// The first of these that names a language of ours: `of_contact` (`de-AT`, `de_AT`), a header
/// Accept-Language by its weights (RFC 9110 §12.5.4), `of_workspace` (`de`); else English.
struct LanguageChoice {
  std::string_view of_contact = {};
  std::string_view accepted = {};
  std::string_view of_workspace = {};
};
[[nodiscard]] PageLanguage choose_page_language(const LanguageChoice& choice);

/// For who calls; `contact`: whom the page is about, where that is known. Who is no more has no
/// language.
[[nodiscard]] PageLanguage language_of_call(
    const Context& context, const Call& call,
    const std::optional<contacts::ContactId>& contact = std::nullopt);

}  // namespace sojourn::api
