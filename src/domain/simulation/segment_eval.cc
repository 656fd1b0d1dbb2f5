#include "domain/simulation/segment_eval.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json.h"
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
    // The language of conditions is not always YAML: a colon or a quotation mark may be in the way.
    if (!yaml || yaml->value.as_string() != nullptr) return add(segment_of(document));
    add_value(yaml->value);
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

Result<std::string> main_segment(const DefinitionFile& file) {
  const std::set<std::string> read = read_segments(*file.rules);
  std::vector<std::string> roots;
  for (const std::string& key : file.segments) {
    if (!read.contains(key)) roots.push_back(key);
  }
  if (roots.size() == 1) return roots.front();
  if (roots.empty()) return failure("ambiguous_segment", "the file defines no segment");
  return failure("ambiguous_segment",
                 fmt::format("the file defines {} segments that no other asks for ({}): name one",
                             roots.size(), fmt::join(roots, ", ")));
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
  std::set<std::string> users;
  for (const events::Event& event : events) users.insert(event.user_id);
  users.erase("");

  const Timestamp start = events.empty() ? at : events.front().received_at;
  World world(rules, {.start = start});
  for (events::Event& event : events) TRY_VOID(world.take(std::move(event)));
  TRY_VOID(world.advance(at));

  std::set<std::string> members;
  for (const std::string& user : users) {
    const reaction::ContactState* contact =
        world.find(contacts::Identifier{std::string(contacts::kinds::user_id), user});
    if (contact == nullptr) continue;
    const bool is_member =
        std::any_of(contact->memberships.begin(), contact->memberships.end(),
                    [&](const segments::Membership& membership) {
                      return membership.segment == rule->number && membership.member;
                    });
    if (is_member) members.insert(contact->identifier(contacts::kinds::user_id));
  }
  return std::vector<std::string>(members.begin(), members.end());
}

}  // namespace sojourn::simulation
