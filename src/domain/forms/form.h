#pragma once

/// A sign-up form: what it asks, which attributes and topics the answers go to, and to which words
/// people agree. Hosted at `/f/<key>`; a page of one's own may post to the same address.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace sojourn::forms {

struct Field {
  enum class Kind : std::uint8_t { text, number, checkbox, select };

  std::string attribute;  ///< of the contact, and the field's name in the post
  std::string label;
  Kind kind = Kind::text;
  bool is_required = false;
  std::vector<std::string> options = {};  ///< of a select

  friend bool operator==(const Field&, const Field&) = default;
};

struct Form {
  std::string key;
  std::string name;   ///< for the workspace's own people
  std::string title;  ///< heading of the hosted page
  std::string text;   ///< below it; may be empty
  /// What is asked besides the email address, which every form asks first.
  std::vector<Field> fields;
  /// That one signs up for; empty: for all there are.
  std::vector<std::string> topics;
  /// A box to tick, with the words that one agrees to; empty: sending the form is the agreement.
  std::string consent;
  std::string button = "Sign up";
  std::string thank_you;  ///< what the page says afterwards
  /// Where the browser goes afterwards instead; empty: nowhere.
  std::string redirect;
  /// Of pages that may post to it besides our own: `https://shop.example`.
  std::vector<std::string> allowed_origins;
  bool double_opt_in = true;
  /// Key of the template of the mail that asks for the confirmation.
  std::string confirmation_template;

  friend bool operator==(const Form&, const Form&) = default;
};

// Limits: what fits on one page, and in one small request.
inline constexpr std::size_t fields_max = 20;
inline constexpr std::size_t options_max = 100;
inline constexpr std::size_t form_topics_max = 20;
inline constexpr std::size_t origins_max = 20;
inline constexpr std::size_t line_bytes_max = 200;
inline constexpr std::size_t words_bytes_max = 2'000;
/// Of one answer.
inline constexpr std::size_t answer_bytes_max = 1'000;

/// The template that a form uses which names none; a workspace may define one of this key, else
/// there is one that comes with Sojourn.
inline constexpr std::string_view confirmation_template_key = "confirm-subscription";
/// What stands before a sign-up's id in the key of the mail that asks to confirm it.
inline constexpr std::string_view confirmation_message_prefix = "confirm/";

/// `{kind: form, key, name, title, text, fields: [{attribute, label, type:
/// text|number|checkbox|select, required, options}], topics, consent, button, thank_you, redirect,
/// allowed_origins, double_opt_in, template}`
[[nodiscard]] Result<Form> read_form(const Value& value);

/// The words that a form shows, as one text: what somebody agreed to is shown by its hash.
[[nodiscard]] std::string wording(const Form& form);

/// An answer as the attribute's value; null where it is empty. Errors: `missing_field`,
/// `too_long`, `not_a_number`, `not_an_option`, with `field` the attribute.
[[nodiscard]] Result<Value> read_answer(const Field& field, std::string_view answer);

}  // namespace sojourn::forms
