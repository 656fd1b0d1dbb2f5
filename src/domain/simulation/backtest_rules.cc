#include "domain/simulation/backtest_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "domain/definitions/yaml.h"
#include "domain/events/standard_names.h"

namespace sojourn::simulation {
namespace {

using reaction::DefinitionSource;
using reaction::Rules;
using Words = absl::flat_hash_set<std::string, TextHash, std::equal_to<>>;

/// Calls `visit` with the parts of the text that stand within quotation marks.
template <typename Visit>
void visit_quoted(std::string_view text, const Visit& visit) {
  for (std::size_t open = text.find('"'); open != std::string_view::npos; open = text.find('"')) {
    text.remove_prefix(open + 1);
    const std::size_t close = text.find('"');
    if (close == std::string_view::npos) return;
    visit(text.substr(0, close));
    text.remove_prefix(close + 1);
  }
}

/// Calls `visit` with every text of the value and the name of the member that holds it. Definitions
/// nest at most definition_depth_max deep.
template <typename Visit>
void visit_texts(const Value& value, std::string_view name, const Visit& visit) {
  if (const std::string* text = value.as_string()) {
    visit(name, *text);
  } else if (const Value::List* list = value.as_list()) {
    for (const Value& item : *list) visit_texts(item, name, visit);
  } else if (const Object* object = value.as_object()) {
    for (const auto& [member, inner] : *object) visit_texts(inner, member, visit);
  }
}

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// A definition and what it mentions.
struct Definition {
  const DefinitionSource* source = nullptr;
  std::string kind;
  std::string key;
  std::string title;  ///< its name, in lower case
  std::vector<std::string> texts;
  Words words;                      ///< texts, quoted parts and words, in lower case
  std::vector<std::string> enters;  ///< keys of journeys

  [[nodiscard]] bool mentions(const Definition& other) const {
    if (other.kind == "journey") {
      return std::find(enters.begin(), enters.end(), other.key) != enters.end();
    }
    return words.contains(other.key) || (!other.title.empty() && words.contains(other.title));
  }
};

void add_words(std::string_view text, Words& words) {
  const std::string lower = to_lower_ascii(text);
  words.insert(lower);
  visit_quoted(lower, [&](std::string_view part) { words.emplace(part); });
  std::string_view rest = lower;
  while (!rest.empty()) {
    const auto begin = std::find_if(rest.begin(), rest.end(), is_key_character);
    const auto end = std::find_if_not(begin, rest.end(), is_key_character);
    if (begin != end) words.emplace(begin, end);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.begin()));
  }
}

std::vector<Definition> read_all(const std::vector<DefinitionSource>& sources) {
  std::vector<Definition> all;
  for (const DefinitionSource& source : sources) {
    if (source.superseded) continue;
    const auto name = reaction::read_definition_name(source.text);
    const auto document = definitions::parse_yaml(source.text);
    if (!name || !document) continue;
    Definition definition;
    definition.source = &source;
    definition.kind = name->kind;
    definition.key = name->key;
    const Value* title = document->value.as_object()->find("name");
    const std::string* text = title == nullptr ? nullptr : title->as_string();
    if (text != nullptr) definition.title = to_lower_ascii(*text);
    // The text of a mail is long, and refers to brands and saved blocks alone.
    if (name->kind == "template") {
      visit_texts(document->value, "", [&](std::string_view member, const std::string& each) {
        if (member == "block" || member == "brand") add_words(each, definition.words);
      });
    } else {
      visit_texts(document->value, "", [&](std::string_view member, const std::string& each) {
        definition.texts.push_back(each);
        add_words(each, definition.words);
        if (member == "enter") definition.enters.push_back(each);
      });
    }
    all.push_back(std::move(definition));
  }
  return all;
}

/// Holds for every message, and is named by none or only in the text of a mail.
bool is_for_all(const Definition& definition) {
  return definition.kind == "workspace" || definition.kind == "topic" ||
         definition.kind == "asset" || definition.kind == "catalog";
}

/// Places of what is needed by the definitions at `open`, these included.
std::set<std::size_t> reachable(const std::vector<Definition>& all, std::vector<std::size_t> open) {
  std::set<std::size_t> reached(open.begin(), open.end());
  while (!open.empty()) {
    const Definition& from = all[open.back()];
    open.pop_back();
    for (std::size_t place = 0; place < all.size(); ++place) {
      if (reached.contains(place) || !from.mentions(all[place])) continue;
      reached.insert(place);
      open.push_back(place);
    }
  }
  return reached;
}

/// As a journey would be entered: in its present version, not paused, and not archived.
std::vector<DefinitionSource> present(const std::vector<DefinitionSource>& sources) {
  std::vector<DefinitionSource> present;
  for (const DefinitionSource& source : sources) {
    if (source.superseded) continue;
    present.push_back(source);
    present.back().paused_since.reset();
    present.back().finishing = false;
  }
  return present;
}

}  // namespace

WantedEvents::WantedEvents(std::shared_ptr<const Rules> rules, std::vector<std::string> mentions)
    : rules_(std::move(rules)) {
  namespace names = events::names;
  for (std::string& mention : mentions) mentions_.insert(std::move(mention));
  for (const std::string_view own : names::reserved) mentions_.emplace(own);
  for (const std::string_view own : {names::identified, names::grouped, names::aliased}) {
    mentions_.emplace(own);
  }
}

bool WantedEvents::contains(std::string_view name) const {
  return !rules_->facts_of(name).empty() || !rules_->score_rules_of(name).empty() ||
         !rules_->triggers_of_event(name).empty() || mentions_.contains(name);
}

bool WantedEvents::alone_let_in() const {
  const auto is_by_event = [](const journeys::Trigger& trigger) {
    return std::holds_alternative<journeys::EventTrigger>(trigger) ||
           std::holds_alternative<journeys::EntryTrigger>(trigger);
  };
  const std::vector<reaction::JourneyRule>& all = rules_->journeys();
  return std::all_of(all.begin(), all.end(), [&](const reaction::JourneyRule& rule) {
    const std::vector<journeys::Trigger>& triggers = rule.journey.triggers;
    return std::all_of(triggers.begin(), triggers.end(), is_by_event);
  });
}

bool WantedEvents::let_in(std::string_view name) const {
  // Every journey can be entered by request.
  return name == events::names::entry_requested || !rules_->triggers_of_event(name).empty();
}

ReducedRules reduce_rules(const std::vector<DefinitionSource>& all_versions,
                          const std::vector<std::string>& journeys, const std::string& time_zone) {
  ReducedRules reduced;
  const std::vector<DefinitionSource> sources = present(all_versions);
  Rules::Compiled compiled = Rules::compile(sources, time_zone);
  reduced.problems = std::move(compiled.problems);
  if (!reduced.problems.empty()) return reduced;
  const std::vector<Definition> all = read_all(sources);
  std::vector<std::size_t> wanted;
  for (std::size_t place = 0; place < all.size(); ++place) {
    const bool is_asked_for =
        all[place].kind == "journey" &&
        std::find(journeys.begin(), journeys.end(), all[place].key) != journeys.end();
    if (is_asked_for || is_for_all(all[place])) wanted.push_back(place);
  }
  for (const std::string& journey : journeys) {
    if (compiled.rules->journey(journey) != nullptr) continue;
    reduced.problems.push_back(
        {"", 0, "unknown_journey", fmt::format("there is no journey \"{}\"", journey)});
  }
  if (!reduced.problems.empty()) return reduced;

  const std::set<std::size_t> needed = reachable(all, std::move(wanted));
  std::vector<DefinitionSource> selected;
  for (const std::size_t place : needed) selected.push_back(*all[place].source);
  Rules::Compiled part = Rules::compile(selected, time_zone);
  // Where a text refers to something in a way that is not understood here: slower, and right.
  const bool is_whole = part.problems.empty();
  reduced.rules = is_whole ? std::move(part.rules) : std::move(compiled.rules);
  for (std::size_t place = 0; place < all.size(); ++place) {
    const bool counts = all[place].kind == "journey" && (!is_whole || needed.contains(place));
    if (!counts) continue;
    for (const std::string& text : all[place].texts) {
      reduced.mentions.push_back(text);
      visit_quoted(text, [&](std::string_view part_of) { reduced.mentions.emplace_back(part_of); });
    }
  }
  return reduced;
}

std::vector<std::string> journeys_reading(const std::vector<DefinitionSource>& sources,
                                          const std::vector<reaction::DefinitionName>& changed) {
  const std::vector<Definition> all = read_all(sources);
  std::set<std::size_t> touched;
  std::vector<std::size_t> open;
  for (std::size_t place = 0; place < all.size(); ++place) {
    const bool is_changed = std::any_of(changed.begin(), changed.end(), [&](const auto& name) {
      return name.kind == all[place].kind && name.key == all[place].key;
    });
    if (is_changed && touched.insert(place).second) open.push_back(place);
  }
  while (!open.empty()) {
    const Definition& read = all[open.back()];
    open.pop_back();
    if (read.kind == "journey") continue;
    for (std::size_t place = 0; place < all.size(); ++place) {
      if (touched.contains(place) || !all[place].mentions(read)) continue;
      touched.insert(place);
      open.push_back(place);
    }
  }
  std::set<std::string> journeys;
  for (const std::size_t place : touched) {
    if (all[place].kind == "journey") journeys.insert(all[place].key);
  }
  return {journeys.begin(), journeys.end()};
}

}  // namespace sojourn::simulation
