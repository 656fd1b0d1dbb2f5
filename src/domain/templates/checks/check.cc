#include "domain/templates/checks/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "domain/templates/checks/html_checks.h"
#include "domain/templates/checks/variable_checks.h"
#include "domain/templates/html_scan.h"
#include "domain/templates/html_text.h"
#include "domain/templates/liquid_tokens.h"
#include "domain/templates/utf8.h"

namespace sojourn::templates::checks {
namespace {

constexpr std::array all_codes = {
    CodeFacts{Code::clipped, "clipped", Level::error,
              "the HTML has more than 102 KB, and Gmail shows no more",
              "take blocks out; what follows is read by nobody, the way out included"},
    CodeFacts{Code::image_not_https, "image_not_https", Level::warning,
              "an image is not at an `https://` address",
              "use one that is: many mail programs load no other"},
    CodeFacts{Code::image_without_alt, "image_without_alt", Level::warning,
              "an image has no alternative text",
              "say what it shows; where it says nothing, write `alt: \"\"`"},
    CodeFacts{Code::link_empty, "link_empty", Level::error, "a link leads nowhere",
              "give it an address; where it is a variable, give that a fallback"},
    CodeFacts{Code::link_not_https, "link_not_https", Level::warning,
              "a link leads to an `http://` address", "use `https://`"},
    CodeFacts{Code::link_refused, "link_refused", Level::error,
              "a link's address is relative, or of a scheme that no message may have; it is taken "
              "out",
              "write the whole address, or `mailto:`, `tel:`, `sms:`"},
    CodeFacts{Code::link_text_differs, "link_text_differs", Level::warning,
              "a link's text is an address and it leads to another host",
              "say in words where it leads: this is what phishing looks like"},
    CodeFacts{Code::low_contrast, "low_contrast", Level::warning,
              "letters have less contrast to what is behind them than WCAG 2.2 asks for: 4.5, of "
              "large ones 3",
              "make them darker or lighter"},
    CodeFacts{Code::near_clip, "near_clip", Level::warning,
              "the HTML has more than 80 KB; beyond 95 KB what is added on the way may be too much",
              "take blocks out"},
    CodeFacts{Code::no_catalog, "no_catalog", Level::error,
              "something is looked up in a catalog that there is not, and prints nothing",
              "correct its name, or define the catalog"},
    CodeFacts{Code::no_catalog_item, "no_catalog_item", Level::warning,
              "an item that the template names by its key is not in its catalog",
              "correct the key, or upload the item"},
    CodeFacts{Code::no_fallback, "no_fallback", Level::warning,
              "a variable of the contact or the event prints nothing for those who lack it",
              "give it a fallback, or ask with `if` first"},
    CodeFacts{Code::no_postal_address, "no_postal_address", Level::error,
              "the rendered message does not hold the sender's postal address, which the law of "
              "many countries asks for",
              "add a `legal-footer`, or `{{ workspace.postal_address }}`, and set it"},
    CodeFacts{Code::no_preheader, "no_preheader", Level::warning,
              "nothing is said beside the subject: mail programs show the first words of the "
              "message",
              "write a preheader"},
    CodeFacts{Code::no_subject, "no_subject", Level::error, "the subject is empty", "write one"},
    CodeFacts{Code::no_unsubscribe, "no_unsubscribe", Level::error,
              "the rendered HTML or text does not hold the address to unsubscribe at",
              "add a `legal-footer`, or a link to `{{ unsubscribe_url }}`; of transactional "
              "messages it is not asked"},
    CodeFacts{Code::subject_long, "subject_long", Level::warning,
              "the subject has more than 70 characters, and hardly any mail program shows more",
              "shorten it"},
    CodeFacts{Code::template_warning, "template_warning", Level::warning,
              "the template's compiler has something to say", "look at the line that it names"},
    CodeFacts{Code::unknown_variable, "unknown_variable", Level::warning,
              "a variable is read that no message has and that the template does not set",
              "correct its name"},
};

std::size_t characters_in(std::string_view text) {
  std::size_t characters = 0;
  while (!text.empty()) {
    text.remove_prefix(first_code_point(text).bytes);
    ++characters;
  }
  return characters;
}

void append(std::vector<Check>& all, std::vector<Check> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void check_variables_of(std::string_view part, std::string_view source,
                        catalogs::Catalogs* catalogs, std::vector<Check>& checks) {
  if (source.empty()) return;
  const Result<LiquidTemplate> compiled = LiquidTemplate::compile(source);
  if (compiled) append(checks, check_variables(part, *compiled, catalogs));
}

/// Variables, and what the compiler said.
std::vector<Check> check_liquid(const EmailTemplate& source, const CompiledEmail& compiled,
                                catalogs::Catalogs* catalogs) {
  std::vector<Check> checks;
  check_variables_of("subject", source.subject, catalogs, checks);
  check_variables_of("preheader", source.preheader, catalogs, checks);
  check_variables_of("html", source.html, catalogs, checks);
  check_variables_of("text", source.text.value_or(""), catalogs, checks);
  for (const Warning& warning : compiled.warnings()) {
    checks.push_back(
        {.code = Code::template_warning, .message = warning.message, .line = warning.line});
  }
  return checks;
}

/// Text with its white space as single spaces: an address is the same on two lines.
std::string words_of(std::string_view text) {
  std::string words;
  for (const std::string_view line : split(text, '\n')) {
    for (const std::string_view word : split(line, ' ')) {
      const std::string_view shown = trimmed(word);
      if (shown.empty()) continue;
      if (!words.empty()) words += ' ';
      words += shown;
    }
  }
  return words;
}

/// What people read of rendered HTML.
std::string visible_text(std::string_view html) {
  const std::vector<Token> tokens = {
      {.kind = Token::Kind::text, .begin = 0, .end = html.size(), .content = html, .line = 1}};
  if (!check_html_nesting(html)) return {};
  const DerivedText derived = derive_text(html, html, tokens, HtmlScan());
  return lay_out(derived.source);
}

bool holds_any(std::string_view text, const std::vector<std::string>& wanted) {
  const std::string words = words_of(text);
  return std::ranges::any_of(wanted, [&](const std::string& each) {
    const std::string its_words = words_of(each);
    return !its_words.empty() && words.find(its_words) != std::string::npos;
  });
}

void check_subject(const MessageFacts& facts, std::vector<Check>& checks) {
  const std::size_t characters = characters_in(facts.rendered.subject);
  if (characters == 0) {
    checks.push_back(
        {.code = Code::no_subject, .message = "the subject is empty", .part = "subject"});
  } else if (characters > subject_characters_max) {
    checks.push_back({.code = Code::subject_long,
                      .message = fmt::format("subject is {} characters, {} are shown", characters,
                                             subject_characters_max),
                      .part = "subject",
                      .value = std::to_string(characters),
                      .limit = std::to_string(subject_characters_max)});
  }
  if (facts.source.preheader.empty() && !facts.rendered.html.empty()) {
    checks.push_back(
        {.code = Code::no_preheader, .message = "there is no preheader", .part = "preheader"});
  }
}

void check_size(const RenderedEmail& rendered, std::vector<Check>& checks) {
  const std::size_t bytes = rendered.html.size();
  if (bytes <= near_clip_bytes) return;
  const bool is_clipped = bytes > clip_bytes;
  const std::size_t limit = is_clipped                 ? clip_bytes
                            : bytes > close_clip_bytes ? close_clip_bytes
                                                       : near_clip_bytes;
  checks.push_back(
      {.code = is_clipped ? Code::clipped : Code::near_clip,
       .message = fmt::format("the HTML is {} KB, Gmail shows {}", bytes / 1024, clip_bytes / 1024),
       .part = "html",
       .value = std::to_string(bytes),
       .limit = std::to_string(limit)});
}

}  // namespace

std::span<const CodeFacts> codes() {
  return all_codes;
}

const CodeFacts& facts_of(Code code) {
  return all_codes[static_cast<std::size_t>(code)];
}

std::vector<Check> check_sources(const EmailTemplate& source, const CompiledEmail& compiled,
                                 catalogs::Catalogs* catalogs) {
  std::vector<Check> checks = check_liquid(source, compiled, catalogs);
  const Result<std::vector<Token>> tokens = tokenize(source.html);
  if (tokens) {
    append(checks, check_html(masked_source(source.html, *tokens), HtmlForm::masked));
  }
  return checks;
}

std::vector<Check> check_law(const RenderedEmail& rendered, const LinkTargets& targets,
                             const std::vector<std::string>& postal_addresses) {
  std::vector<Check> checks;
  const auto leads_out = [&](std::string_view text) {
    // Other characters than these stand in an address of ours as they are.
    const auto holds = [&](const std::string& url) {
      return !url.empty() && (text.find(url) != std::string_view::npos ||
                              text.find(escape_html(url)) != std::string_view::npos);
    };
    return holds(targets.unsubscribe_url) || holds(targets.preference_url);
  };
  const std::pair<std::string_view, std::string_view> parts[] = {{"html", rendered.html},
                                                                 {"text", rendered.text}};
  for (const auto& [part, text] : parts) {
    if (text.empty()) continue;
    if (!leads_out(text)) {
      checks.push_back({.code = Code::no_unsubscribe,
                        .message = fmt::format("{}: there is no way to unsubscribe", part),
                        .part = std::string(part)});
    }
    const std::string read = part == "html" ? visible_text(text) : std::string(text);
    if (!holds_any(read, postal_addresses)) {
      checks.push_back({.code = Code::no_postal_address,
                        .message = fmt::format("{}: there is no postal address", part),
                        .part = std::string(part)});
    }
  }
  return checks;
}

std::vector<Check> check_message(const MessageFacts& facts) {
  std::vector<Check> checks;
  check_subject(facts, checks);
  append(checks, check_law(facts.rendered, facts.targets, facts.postal_addresses));
  check_size(facts.rendered, checks);
  append(checks, check_html(facts.rendered.html, HtmlForm::rendered));
  append(checks, check_liquid(facts.source, facts.compiled, facts.catalogs));
  std::ranges::stable_sort(checks, {},
                           [](const Check& check) { return facts_of(check.code).level; });
  return checks;
}

}  // namespace sojourn::templates::checks
