#pragma once

/// An email as its author writes it, and as it is rendered for one contact.
///
/// All parts are Liquid. Compiling finds the links of the HTML and makes the text part; rendering
/// only prints. `unsubscribe_url`, `preference_url`, `confirm_url`, `view_online_url` and
/// `assets_url` are variables of every part and win over data of the same name.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/templates/liquid.h"

namespace sojourn::templates {

/// RFC 5322 §2.1.1: the longest line that a message may hold.
inline constexpr std::size_t subject_bytes_max = 998;

/// Nothing but sources. Absent parts are not rendered; one of `html` and `text` must be there.
struct EmailTemplate {
  std::string subject;
  /// Shown beside the subject by mail clients: plain text. Empty: none.
  std::string preheader = {};
  std::optional<std::string> from_name = {};
  std::string html = {};
  /// Absent: made from the HTML.
  std::optional<std::string> text = {};

  friend bool operator==(const EmailTemplate&, const EmailTemplate&) = default;
};

/// Where the addresses of one message lead. Every one of them is absolute and belongs to us.
struct LinkTargets {
  /// The address that counts a click and leads on to `RenderedEmail::links[index]`. Not set: links
  /// stay as they are, which is what a preview wants; they are listed all the same.
  std::function<std::string(std::size_t index)> click = {};
  /// Of the image that tells an open; empty: no image.
  std::string open_pixel_url = {};
  /// Never replaced by click addresses; empty where the message has none.
  std::string unsubscribe_url = {};
  std::string preference_url = {};
  /// Of the mail that asks to confirm an address; empty in all others.
  std::string confirm_url = {};
  std::string view_online_url = {};
  /// Below which pictures are served, without a slash at the end.
  std::string assets_url = {};
};

struct RenderedLink {
  /// As the contact's mail program would have read it: character references decoded, the rest
  /// byte for byte.
  std::string url;
  /// The text of the link as the template has it, the same for every contact; may be empty.
  std::string label;

  friend bool operator==(const RenderedLink&, const RenderedLink&) = default;
};

struct RenderedEmail {
  /// One line, without control characters.
  std::string subject;
  /// Empty where the template sets none.
  std::string from_name;
  /// Empty where the template has no HTML.
  std::string html;
  std::string text;
  /// Those of the HTML, then those of the text, each in the order in which it was printed. A link
  /// in a loop is an entry for each round.
  std::vector<RenderedLink> links;

  friend bool operator==(const RenderedEmail&, const RenderedEmail&) = default;
};

class CompiledEmail {
 public:
  /// Errors: those of LiquidTemplate::compile, with `field` naming the part, and
  /// `template_too_deep` for HTML that no mail program would show. Linear in the source but for
  /// HTML that is not closed.
  [[nodiscard]] static Result<CompiledEmail> compile(const EmailTemplate& source,
                                                     const PartialLookup& partials = {});

  /// No way to unsubscribe, addresses that are taken out, unknown filters, a text part that could
  /// not be made.
  [[nodiscard]] const std::vector<Warning>& warnings() const { return warnings_; }

 private:
  friend class EmailRenderer;
  friend class EmailCompiler;

  struct Link {
    bool is_tracked = true;
    std::string label;
  };
  /// A part and the links that are marked in it, by the number of the mark.
  struct Part {
    LiquidTemplate liquid;
    std::vector<Link> links;
  };

  explicit CompiledEmail(LiquidTemplate subject) : subject_(std::move(subject)) {}

  LiquidTemplate subject_;
  std::optional<LiquidTemplate> preheader_;
  std::optional<LiquidTemplate> from_name_;
  std::optional<Part> html_;
  std::optional<Part> text_;
  bool text_is_derived_ = false;
  std::vector<Warning> warnings_;
};

/// The message for one contact. `options.escape_html` is chosen for each part: what the HTML prints
/// is escaped, the rest is not. A function of its arguments, if `click` is one.
/// Errors: those of templates::render, with `field` naming the part; `subject_too_long`.
[[nodiscard]] Result<RenderedEmail> render(const CompiledEmail& email, const Scope& data,
                                           const RenderOptions& options,
                                           const LinkTargets& targets);

}  // namespace sojourn::templates
