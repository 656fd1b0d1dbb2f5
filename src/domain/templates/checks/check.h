#pragma once

/// What the author of a message should look at before it goes to anybody.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalogs/look_up.h"
#include "domain/templates/email_template.h"

namespace sojourn::templates::checks {

/// An error is what a law, a mailbox provider or a mail program will not forgive.
enum class Level { error, warning };

enum class Code {
  clipped,
  image_not_https,
  image_without_alt,
  link_empty,
  link_not_https,
  link_refused,
  link_text_differs,
  low_contrast,
  near_clip,
  no_catalog,
  no_catalog_item,
  no_fallback,
  no_postal_address,
  no_preheader,
  no_subject,
  no_unsubscribe,
  subject_long,
  template_warning,
  unknown_variable,
};

struct CodeFacts {
  Code code;
  std::string_view name;
  Level level;
  std::string_view cause;
  std::string_view cure;
};
/// All of them, in the order of their names; docs/reference/checks.md is this table.
[[nodiscard]] std::span<const CodeFacts> codes();
[[nodiscard]] const CodeFacts& facts_of(Code code);

struct Check {
  Code code = Code::template_warning;
  std::string message;
  /// `subject`, `html`, `text`; empty: the whole.
  std::string part = {};
  /// Of that part's source, from 1; 0: none is meant.
  int line = 0;
  std::string value = {};
  std::string limit = {};

  friend bool operator==(const Check&, const Check&) = default;
};

/// Gmail shows no more of a message's HTML; near_clip tells before.
inline constexpr std::size_t clip_bytes = 102 * 1024;
inline constexpr std::size_t near_clip_bytes = 80 * 1024;
/// Beyond it, what is added on the way may bring a message over the limit.
inline constexpr std::size_t close_clip_bytes = 95 * 1024;
/// Telephones show about half of it, and hardly any mail program shows more.
inline constexpr std::size_t subject_characters_max = 70;
/// As many of one code as anybody reads.
inline constexpr std::size_t checks_of_code_max = 10;

/// What the sources say before anybody is known: variables, and what HTML holds whoever gets it.
/// Without `catalogs` nothing is said of look-ups in them.
[[nodiscard]] std::vector<Check> check_sources(const EmailTemplate& source,
                                               const CompiledEmail& compiled,
                                               catalogs::Catalogs* catalogs = nullptr);

/// What the law asks of a marketing message, in each part that it has: a way out (one of the
/// targets' addresses) and one of the postal addresses, as people read it. `no_unsubscribe` and
/// `no_postal_address` only.
[[nodiscard]] std::vector<Check> check_law(const RenderedEmail& rendered,
                                           const LinkTargets& targets,
                                           const std::vector<std::string>& postal_addresses);

struct MessageFacts {
  /// Of what the message is made.
  const EmailTemplate& source;
  const CompiledEmail& compiled;
  const RenderedEmail& rendered;
  const LinkTargets& targets;
  /// One of them must be in it.
  std::vector<std::string> postal_addresses;
  catalogs::Catalogs* catalogs = nullptr;  ///< null: nobody knows
};
/// All of the above, and what the rendered message is.
[[nodiscard]] std::vector<Check> check_message(const MessageFacts& facts);

}  // namespace sojourn::templates::checks
