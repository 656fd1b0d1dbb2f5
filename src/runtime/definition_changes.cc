#include "runtime/definition_changes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "domain/campaigns/standing.h"
#include "runtime/definitions.h"
#include "runtime/journey_versions.h"

namespace sojourn::runtime {
namespace {

using reaction::DefinitionName;
using store::DefinitionRecord;

Hash128 hash_of(std::string_view text) {
  return keyed_hash(HashKey{}, {"definition", text});
}

/// Contacts that a change of this definition touches: members, or runs inside.
Result<std::uint64_t> contacts_inside(store::StateReads& reads,
                                      const DefinitionRecord& definition) {
  if (definition.kind == "segment") return reads.member_count(definition.number);
  if (definition.kind != "journey") return std::uint64_t{0};
  TRY(by_version, inside_by_version(reads, definition.key));
  std::uint64_t inside = 0;
  for (const auto& [version, count] : by_version) inside += count;
  return inside;
}

/// What differs; nothing where that cannot be read, which is a problem that compiling finds, with
/// its line.
std::vector<reaction::Difference> differences_of(const DefinitionRecord& known,
                                                 std::string_view text) {
  auto found = reaction::diff_definitions(known.kind, known.source, text);
  return found ? std::move(*found) : std::vector<reaction::Difference>();
}

}  // namespace

Result<void> DefinitionChanges::find(store::StateReads& reads) {
  TRY(stored, reads.definitions());
  for (DefinitionRecord& definition : stored) {
    next_number_ = std::max(next_number_, definition.number + 1);
    definitions_[{definition.kind, definition.key}] = std::move(definition);
  }
  for (const DefinitionFile& file : request_.files) {
    if (is_definition_file(file.path)) TRY_VOID(take_file(reads, file));
  }
  for (const Place& place : request_.archived) {
    const auto present = definitions_.find(place);
    const bool is_there = present != definitions_.end() && !present->second.archived;
    if (is_there && !files_.contains(place)) TRY_VOID(archive(reads, present->second));
  }
  if (request_.rest == DefinitionRequest::Rest::keep) return {};
  return take_rest(reads);
}

DefinitionChange DefinitionChanges::change_of(const DefinitionName& name,
                                              const DefinitionRecord* known) const {
  DefinitionChange change{.kind = name.kind, .key = name.key, .summary = ""};
  if (known == nullptr) return change;
  change.rev = known->rev;
  change.changed_at = known->changed_at;
  change.changed_by = known->changed_by;
  change.changed_meanwhile = is_unseen(*known);
  return change;
}

bool DefinitionChanges::is_unseen(const DefinitionRecord& known) const {
  const auto seen = request_.revisions.find(known.kind + "/" + known.key);
  if (seen != request_.revisions.end()) return seen->second != std::to_string(known.rev);
  // Who has seen the whole workspace has seen no definition that it does not name.
  return request_.rest != DefinitionRequest::Rest::keep && !request_.revisions.empty() &&
         !known.archived;
}

Result<void> DefinitionChanges::take_file(store::StateReads& reads, const DefinitionFile& file) {
  const Result<DefinitionName> name = reaction::read_definition_name(file.text);
  if (!name) {
    const std::string& line = name.error().value;
    const bool numbered = name.error().code == "malformed_yaml" && !line.empty();
    plan_.problems.push_back(
        {file.path, numbered ? std::stoi(line) : 0, name.error().code, name.error().message});
    return {};
  }
  const Place place{name->kind, name->key};
  const auto [first, fresh] = files_.try_emplace(place, file.path);
  if (!fresh) {
    plan_.problems.push_back({file.path, 0, "duplicate_key",
                              fmt::format("{} \"{}\" is defined twice, also in {}", name->kind,
                                          name->key, first->second)});
    return {};
  }
  const auto present = definitions_.find(place);
  const DefinitionRecord* known = present == definitions_.end() ? nullptr : &present->second;
  DefinitionChange change = change_of(*name, known);
  if (known == nullptr) {
    change.change = Change::created;
    change.rev = 1;
    change.summary = fmt::format("{} \"{}\" is new", name->kind, name->key);
  } else if (known->hash != hash_of(file.text) || known->archived) {
    change.change = Change::changed;
    change.rev = known->rev + 1;
    TRY(inside, contacts_inside(reads, *known));
    change.contacts_inside = inside;
    change.summary = fmt::format("{} \"{}\" becomes version {}{}", name->kind, name->key,
                                 known->version + 1, known->archived ? ", it was archived" : "");
    change.differences = differences_of(*known, file.text);
    TRY_VOID(check_campaign(reads, *known, file.path, false));
  }
  const bool changes = change.change != Change::unchanged;
  plan_.changes.push_back(std::move(change));
  if (!changes) return {};
  DefinitionRecord record;
  record.source = file.text;
  record.path = file.path;
  record.hash = hash_of(file.text);
  put(*name, std::move(record));
  return {};
}

Result<void> DefinitionChanges::take_rest(store::StateReads& reads) {
  std::vector<DefinitionRecord> rest;
  for (const auto& [place, definition] : definitions_) {
    if (!definition.archived && !files_.contains(place)) rest.push_back(definition);
  }
  for (DefinitionRecord& definition : rest) {
    if (request_.rest == DefinitionRequest::Rest::archive) {
      TRY_VOID(archive(reads, std::move(definition)));
      continue;
    }
    DefinitionChange change = change_of({definition.kind, definition.key}, &definition);
    TRY(inside, contacts_inside(reads, definition));
    change.contacts_inside = inside;
    change.change = Change::only_on_server;
    change.summary =
        fmt::format("{} \"{}\" is only on the server", definition.kind, definition.key);
    plan_.changes.push_back(std::move(change));
  }
  return {};
}

Result<void> DefinitionChanges::archive(store::StateReads& reads, DefinitionRecord definition) {
  const DefinitionName name{definition.kind, definition.key};
  DefinitionChange change = change_of(name, &definition);
  TRY(inside, contacts_inside(reads, definition));
  change.contacts_inside = inside;
  change.change = Change::removed;
  change.summary = fmt::format("{} \"{}\" is archived", name.kind, name.key);
  ++change.rev;
  check_those_inside(change, definition.path);
  TRY_VOID(check_pause(reads, definition));
  TRY_VOID(check_campaign(reads, definition, definition.path, true));
  definition.archived = true;
  put(name, std::move(definition));
  plan_.changes.push_back(std::move(change));
  return {};
}

void DefinitionChanges::check_those_inside(const DefinitionChange& archived,
                                           const std::string& path) {
  if (archived.kind != "journey" || archived.contacts_inside == 0) return;
  const auto chosen = request_.inside.find(archived.key);
  using Choice = journeys::Inside::Choice;
  const bool is_chosen =
      chosen != request_.inside.end() &&
      (chosen->second.choice == Choice::finish || chosen->second.choice == Choice::leave);
  if (is_chosen) return;
  plan_.problems.push_back(
      {path, 0, "contacts_inside",
       fmt::format("{} contacts are inside journey \"{}\": choose that they finish, or that they "
                   "leave",
                   archived.contacts_inside, archived.key)});
}

Result<void> DefinitionChanges::check_pause(store::StateReads& reads,
                                            const DefinitionRecord& archived) {
  if (archived.kind != "journey") return {};
  TRY(pause, read_pause(reads, archived.number));
  if (!pause.paused_since) return {};
  plan_.problems.push_back(
      {archived.path, 0, "journey_paused",
       fmt::format("journey \"{}\" is paused and may hold messages back: let it go on first",
                   archived.key)});
  return {};
}

Result<void> DefinitionChanges::check_campaign(store::StateReads& reads,
                                               const DefinitionRecord& known,
                                               const std::string& path, bool is_archived) {
  if (known.kind != "campaign") return {};
  TRY(record, reads.campaign(known.number));
  if (!record || record->state == campaigns::State::cancelled) return {};
  if (is_archived && has_ended(record->state)) return {};
  plan_.problems.push_back({path, 0, "campaign_under_way",
                            fmt::format("campaign \"{}\" is {}: it stays as it was started",
                                        known.key, to_string(record->state))});
  return {};
}

void DefinitionChanges::put(const DefinitionName& name, DefinitionRecord record) {
  const auto present = definitions_.find({name.kind, name.key});
  const bool is_new = present == definitions_.end();
  record.number = is_new ? next_number_++ : present->second.number;
  record.version = is_new ? 1 : present->second.version + 1;
  record.rev = is_new ? 1 : present->second.rev + 1;
  record.kind = name.kind;
  record.key = name.key;
  record.changed_at = now_;
  record.changed_by = actor_;
  definitions_[{name.kind, name.key}] = record;
  changed_.push_back(std::move(record));
}

Result<void> refuse_changed_meanwhile(const DefinitionPlan& plan) {
  for (const DefinitionChange& change : plan.changes) {
    const bool acts = change.change == Change::changed || change.change == Change::removed;
    if (!acts || !change.changed_meanwhile) continue;
    return failure({.code = "changed_meanwhile",
                    .message = fmt::format("{} \"{}\" was changed by {} at {}, after it was last "
                                           "seen",
                                           change.kind, change.key, change.changed_by,
                                           format_timestamp(change.changed_at)),
                    .field = "revisions",
                    .value = fmt::format("{}/{}", change.kind, change.key)});
  }
  return {};
}

}  // namespace sojourn::runtime
