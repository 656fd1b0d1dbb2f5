#include "domain/simulation/segment_eval.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "domain/definitions/reader.h"
#include "domain/definitions/yaml.h"
#include "domain/simulation/world.h"

namespace sojourn::simulation {
namespace {

constexpr std::string_view default_key = "segment";

/// The documents of a YAML stream: lines `---` stand between them.
std::vector<std::string> documents_of(std::string_view text) {
  std::vector<std::string> documents(1);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const bool separates = line == "---" || line == "---\r";
    if (separates) {
      documents.emplace_back();
    } else {
      documents.back() += line;
      documents.back() += '\n';
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  std::erase_if(documents, [](const std::string& document) {
    return document.find_first_not_of(" \t\r\n") == std::string::npos;
  });
  return documents;
}

/// One JSON object a line, none of them longer; empty where the text is something else.
std::vector<std::string> json_lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (trimmed(line).empty()) continue;
    if (!trimmed(line).starts_with("{") || !parse_json(line)) return {};
    lines.emplace_back(line);
  }
  return lines;
}

/// Who writes so means YAML or JSON, and wants to know what is wrong with it.
bool looks_like_definition(std::string_view text) {
  constexpr std::string_view beginnings[] = {"{", "[", "- ", "key:", "kind:", "name:", "where:"};
  return std::any_of(std::begin(beginnings), std::end(beginnings),
                     [&](std::string_view each) { return trimmed(text).starts_with(each); });
}

/// The part of a name that a key may have.
std::string key_from(std::string_view name) {
  std::string key;
  for (const char c : to_lower_ascii(name)) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    key += fits ? c : '-';
  }
  constexpr std::size_t key_bytes_max = 50;
  key.resize(std::min(key.size(), key_bytes_max));
  return key;
}

bool is_definition(const Object& object) {
  return object.find("where") != nullptr || object.find("kind") != nullptr ||
         object.find("key") != nullptr;
}

Value segment_of(Value condition) {
  return Object{{"kind", "segment"}, {"key", default_key}, {"where", std::move(condition)}};
}

class FileReader {
 public:
  FileReader(std::string_view path, DefinitionFile& file) : path_(path), file_(file) {}

  void read_document(const std::string& document) {
    Result<definitions::YamlDocument> yaml = definitions::parse_yaml(document);
    if (yaml && yaml->value.as_string() == nullptr) return add_value(yaml->value);
    if (!yaml && looks_like_definition(document)) {
      const std::vector<std::string> lines = json_lines_of(document);
      if (lines.empty()) return report(yaml.error().code, yaml.error().message);
      for (const std::string& line : lines) add_value(*parse_json(line));
      return;
    }
    // The language of conditions is not always YAML: a colon or a quotation mark may be in the way.
    add(segment_of(document));
  }

  [[nodiscard]] std::vector<reaction::DefinitionSource> take() { return std::move(sources_); }

 private:
  void add_value(const Value& value) {
    if (const Value::List* list = value.as_list()) {
      for (const Value& item : *list) add_value(item);
      return;
    }
    const Object* object = value.as_object();
    if (object == nullptr) return report("wrong_type", "a definition must be an object or text");
    if (const Value* several = object->find("segments");
        several != nullptr && object->size() == 1) {
      return add_value(*several);
    }
    if (!is_definition(*object)) return add(segment_of(value));
    Object whole = *object;
    if (whole.find("kind") == nullptr) whole.set("kind", "segment");
    if (whole.find("key") == nullptr) whole.set("key", default_key);
    const std::string* key = whole.find("key")->as_string();
    if (key != nullptr && !key->empty() && !definitions::is_key(*key)) {
      if (whole.find("name") == nullptr) whole.set("name", *key);
      file_.keys_of_names[*key] = fmt::format("{}-{}", key_from(*key), sources_.size() + 1);
      whole.set("key", file_.keys_of_names[*key]);
    }
    add(Value(std::move(whole)));
  }

  void add(const Value& definition) {
    const Object& object = *definition.as_object();
    const std::string* key = object.find("key")->as_string();
    if (*object.find("kind") == Value("segment") && key != nullptr) file_.segments.push_back(*key);
    // JSON is YAML.
    sources_.push_back({.path = std::string(path_),
                        .text = to_json(definition),
                        .number = static_cast<std::uint32_t>(sources_.size() + 1)});
  }

  void report(std::string code, std::string message) {
    file_.problems.push_back({std::string(path_), 0, std::move(code), std::move(message)});
  }

  std::string_view path_;
  DefinitionFile& file_;
  std::vector<reaction::DefinitionSource> sources_;
};

/// The segments that some rule reads.
std::set<std::string> read_segments(const reaction::Rules& rules) {
  std::set<std::string> read;
  for (const reaction::SegmentRule& rule : rules.segments()) {
    if (!rule.readers.empty()) read.insert(rule.segment.key);
  }
  return read;
}

/// Of the user ids that lead to the contact, the one it is known by.
std::string user_of(const reaction::ContactState& contact,
                    const std::map<std::string, Timestamp>& users) {
  std::string user = contact.identifier(contacts::kinds::user_id);
  const auto own = users.find(user);
  if (own == users.end()) return user;
  for (const contacts::Identifier& identifier : contact.identifiers) {
    if (identifier.kind != contacts::kinds::user_id) continue;
    const auto other = users.find(identifier.value);
    const bool was_there = other != users.end() && other->second == own->second;
    if (was_there) user = std::min(user, identifier.value);
  }
  return user;
}

}  // namespace

DefinitionFile read_definition_file(std::string_view path, std::string_view text,
                                    const std::string& time_zone) {
  DefinitionFile file;
  FileReader reader(path, file);
  for (const std::string& document : documents_of(text)) reader.read_document(document);
  if (!file.problems.empty()) return file;
  reaction::Rules::Compiled compiled = reaction::Rules::compile(reader.take(), time_zone);
  file.rules = std::move(compiled.rules);
  file.problems = std::move(compiled.problems);
  return file;
}

std::string DefinitionFile::find(std::string_view key_or_name) const {
  const auto named = keys_of_names.find(std::string(key_or_name));
  const std::string key = named == keys_of_names.end() ? std::string(key_or_name) : named->second;
  return std::find(segments.begin(), segments.end(), key) == segments.end() ? std::string() : key;
}

std::vector<std::string> main_segments(const DefinitionFile& file) {
  const std::set<std::string> read = read_segments(*file.rules);
  std::vector<std::string> roots;
  for (const std::string& key : file.segments) {
    if (!read.contains(key)) roots.push_back(key);
  }
  return roots;
}

Result<std::vector<std::string>> members_at(std::shared_ptr<const reaction::Rules> rules,
                                            std::string_view segment,
                                            std::vector<events::Event> events, Timestamp at) {
  const reaction::SegmentRule* rule = rules->segment(segment);
  if (rule == nullptr) {
    return failure({.code = "unknown_segment",
                    .message = fmt::format("there is no segment \"{}\"", segment),
                    .value = std::string(segment)});
  }
  std::erase_if(events, [&](const events::Event& event) { return event.received_at > at; });
  std::stable_sort(
      events.begin(), events.end(),
      [](const events::Event& a, const events::Event& b) { return a.received_at < b.received_at; });
  std::map<std::string, Timestamp> users;  // and when each was first seen
  for (const events::Event& event : events) {
    if (event.user_id.empty()) continue;
    const auto [place, is_new] = users.try_emplace(event.user_id, event.at);
    place->second = std::min(place->second, event.at);
  }

  const Timestamp start = events.empty() ? at : events.front().received_at;
  World world(rules, {.start = start});
  for (events::Event& event : events) TRY_VOID(world.take(std::move(event)));
  TRY_VOID(world.advance(at));

  std::set<std::string> members;
  for (const auto& [user, seen] : users) {
    const reaction::ContactState* contact =
        world.find(contacts::Identifier{std::string(contacts::kinds::user_id), user});
    if (contact == nullptr) continue;
    const bool is_member =
        std::any_of(contact->memberships.begin(), contact->memberships.end(),
                    [&](const segments::Membership& membership) {
                      return membership.segment == rule->number && membership.member;
                    });
    if (is_member) members.insert(user_of(*contact, users));
  }
  return std::vector<std::string>(members.begin(), members.end());
}

}  // namespace sojourn::simulation
