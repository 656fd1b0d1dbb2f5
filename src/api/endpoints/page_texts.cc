#include "api/endpoints/page_texts.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ensure.h"
#include "base/text.h"
#include "domain/definitions/yaml.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/render.h"
#include "domain/templates/template_definition.h"
#include "runtime/hosted_pages.h"

extern "C" {
extern const char sojourn_page_texts[];
extern const char sojourn_page_texts_end[];
}

namespace sojourn::api {
namespace {

/// By PageLanguage; the members of each text in the file.
constexpr std::array<std::string_view, page_languages_count> page_languages = {"en", "de", "fr"};

/// Longer headers say what nobody reads; no browser sends one.
constexpr std::size_t accepted_bytes_max = 1'000;

using Table = std::array<std::array<std::string, page_languages.size()>, page_texts_count>;

/// The file's, in the order of PageText: a file that lacks one, or has one too many, is a bug.
Table read_table() {
  const auto document = definitions::parse_yaml(
      {sojourn_page_texts, static_cast<std::size_t>(sojourn_page_texts_end - sojourn_page_texts)});
  ENSURE(document.has_value());
  const Object* texts = document->value.as_object();
  ENSURE(texts != nullptr);
  ENSURE(texts->size() == page_texts_count);
  Table table;
  std::size_t index = 0;
  for (const auto& [name, languages] : *texts) {
    const Object* members = languages.as_object();
    ENSURE(members != nullptr);
    for (std::size_t i = 0; i < page_languages.size(); ++i) {
      const Value* text = members->find(page_languages[i]);
      ENSURE(text != nullptr);
      ENSURE(text->as_string() != nullptr);
      table[index][i] = *text->as_string();
    }
    ++index;
  }
  return table;
}

const std::string& text_of(PageLanguage language, PageText text) {
  static const Table table = read_table();
  return table[static_cast<std::size_t>(text)][static_cast<std::size_t>(language)];
}

std::string filled(std::string_view text, std::initializer_list<PageWord> words) {
  std::string made;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    made += text.substr(0, open);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto word = std::find_if(words.begin(), words.end(),
                                   [&](const PageWord& each) { return each.name == name; });
    ENSURE(word != words.end());
    made += word->value;
    text.remove_prefix(close + 1);
  }
  return made.append(text);
}

std::optional<PageLanguage> known_language(std::string_view tag) {
  for (const std::string& tried : templates::fallbacks_of(tag)) {
    const auto* const found = std::ranges::find(page_languages, tried);
    if (found != page_languages.end()) {
      return static_cast<PageLanguage>(found - page_languages.begin());
    }
  }
  return std::nullopt;
}

/// 0 to 1; what cannot be read is 0.
double weight_of(std::string_view parameters) {
  const std::size_t place = parameters.find("q=");
  if (place == std::string_view::npos) return 1;
  const std::string_view digits = parameters.substr(place + 2);
  double weight = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), weight);
  return weight;
}

std::optional<PageLanguage> accepted_language(std::string_view header) {
  std::optional<PageLanguage> best;
  double best_weight = 0;
  if (header.size() > accepted_bytes_max) return best;
  for (const std::string_view part : split(header, ',')) {
    const std::size_t end = std::min(part.find(';'), part.size());
    const std::optional<PageLanguage> known = known_language(trimmed(part.substr(0, end)));
    const double weight = weight_of(part.substr(end));
    if (!known || weight <= best_weight) continue;
    best = known;
    best_weight = weight;
  }
  return best;
}

std::string language_of_contact(const Context& context, const contacts::ContactId& contact) {
  const auto read = [&]() -> Result<std::string> {
    TRY(view, context.runtime.store().view());
    TRY(survivor, view->alias(contact));
    TRY(record, view->contact(survivor.value_or(contact)));
    if (!record) return std::string();
    TRY(state, reaction::decode_contact(record->state));
    return reaction::language_of(state.attributes.values());
  };
  return read().value_or("");
}

/// A page in English is better than none.
std::string language_of_workspace(const Context& context) {
  const auto read = [&]() -> Result<std::string> {
    TRY(view, context.runtime.store().view());
    TRY(pages, runtime::hosted_pages(*view));
    return pages.language;
  };
  return read().value_or("");
}

}  // namespace

std::string_view page_text(PageLanguage language, PageText text) {
  return text_of(language, text);
}

std::string page_text(PageLanguage language, PageText text, std::initializer_list<PageWord> words) {
  return filled(text_of(language, text), words);
}

std::string page_html(PageLanguage language, PageText text, std::initializer_list<PageWord> words) {
  return filled(escape_html(text_of(language, text)), words);
}

std::string_view language_tag(PageLanguage language) {
  return page_languages[static_cast<std::size_t>(language)];
}

PageLanguage choose_page_language(const LanguageChoice& choice) {
  if (const auto known = known_language(choice.of_contact)) return *known;
  if (const auto accepted = accepted_language(choice.accepted)) return *accepted;
  return known_language(choice.of_workspace).value_or(PageLanguage::en);
}

PageLanguage language_of_call(const Context& context, const Call& call,
                              const std::optional<contacts::ContactId>& contact) {
  const std::string own = contact ? language_of_contact(context, *contact) : std::string();
  const std::string of_workspace = language_of_workspace(context);
  return choose_page_language({.of_contact = own,
                               .accepted = call.request.header("Accept-Language").value_or(""),
                               .of_workspace = of_workspace});
}

}  // namespace sojourn::api
