#include "runtime/undo_work.h"

#include <fmt/format.h>

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "base/json.h"
#include "domain/events/event_codec.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/rules.h"
#include "runtime/job_events.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using reaction::ContactState;
using store::ImportChange;
using store::JobId;
using store::JobRecord;

Result<JobId> import_of(const JobRecord& job) {
  TRY(value, parse_json(job.parameters));
  const Object* object = value.as_object();
  const Value* id = object == nullptr ? nullptr : object->find("import");
  const std::string* text = id == nullptr ? nullptr : id->as_string();
  JobId import;
  if (text != nullptr) {
    std::from_chars(text->data(), text->data() + text->size(), import.value);
  }
  return import;
}

Result<Object> object_of(const std::string& json) {
  if (json.empty()) return Object();
  TRY(value, parse_json(json));
  return value.as_object() == nullptr ? Object() : std::move(*value.as_object());
}

bool is_true(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  return value != nullptr && *value == Value(true);
}

tl::unexpected<Error> not_undoable(JobId id, std::string_view why) {
  return failure({.code = "not_undoable",
                  .message = fmt::format("job {} cannot be undone: {}", id.value, why),
                  .value = std::to_string(id.value)});
}

}  // namespace

/// How far an undo is, and what its last slice has decided.
struct UndoWork::Place {
  JobId import;
  std::uint64_t before_row = INT64_MAX;
  bool is_ending = false;
  std::vector<ContactId> removed;
  std::vector<events::Event> pending;

  [[nodiscard]] std::string encode() const {
    ByteWriter out;
    out.unsigned_number(import.value);
    out.unsigned_number(before_row);
    out.u8(is_ending ? 1 : 0);
    out.unsigned_number(removed.size());
    for (const ContactId& id : removed) out.hash(id.hash);
    runtime::encode(out, pending);
    return out.take();
  }

  static Result<Place> decode(std::string_view bytes) {
    ByteReader in(bytes);
    Place place;
    place.import = {in.unsigned_number()};
    place.before_row = in.unsigned_number();
    place.is_ending = in.u8() != 0;
    const std::size_t count = in.count();
    for (std::size_t index = 0; index < count && in.ok(); ++index) {
      place.removed.push_back({in.hash()});
    }
    place.pending = decode_events(in);
    if (!in.ok()) return failure("damaged_job", "the undo's note of its place is damaged");
    return place;
  }
};

/// Undoes some rows within one transaction.
class UndoWork::Slice {
 public:
  Slice(store::StateReads& reads, const store::EventLogReader& log, const reaction::Rules& rules,
        Place& place, JobRecord& job, Timestamp now)
      : reads_(reads), log_(log), rules_(rules), place_(place), job_(job), now_(now) {}

  Result<void> undo(const ImportChange& change) {
    ++job_.done;
    place_.before_row = change.row;
    TRY(record, reads_.contact(change.contact));
    // Erased, or merged into another, who is more than what this import made.
    if (!record) {
      count("gone");
      return {};
    }
    TRY(state, reaction::decode_contact(record->state));
    if (change.has_created) {
      TRY(messages, messages_of(state));
      const bool is_touched =
          state.timeline_chunks > 0 ||
          !std::all_of(messages.begin(), messages.end(), [&](auto& id) { return is_ours(id); });
      if (!is_touched) {
        place_.removed.push_back(change.contact);
        count("removed");
        return {};
      }
      count("keptContacts");
    }
    TRY(before, object_of(change.before));
    TRY(values, values_to_restore(state, change, before));
    add_events(state, change, std::move(values));
    return {};
  }

 private:
  void count(const char* what) { ++job_.counts[what]; }

  /// Of this import, or of this undo.
  [[nodiscard]] bool is_ours(std::string_view message_id) const {
    return message_id.starts_with(fmt::format("import/{}/", place_.import.value)) ||
           message_id.starts_with(fmt::format("undo/{}/", job_.id.value));
  }

  /// The message ids of the newest events about the contact.
  Result<std::vector<std::string>> messages_of(const ContactState& state) const {
    std::vector<events::Position> positions;
    for (const reaction::TimelineEntry& entry : state.timeline) positions.push_back(entry.position);
    TRY(records, log_.at(positions));
    std::vector<std::string> messages;
    for (const store::LogRecord& record : records) {
      TRY(event, events::decode_event(record.payload));
      messages.push_back(std::move(event.message_id));
    }
    return messages;
  }

  /// What was there before, of those attributes whose present value this import has written.
  Result<Object> values_to_restore(const ContactState& state, const ImportChange& change,
                                   const Object& before) {
    Object& restored = restored_[change.contact];
    Object values;
    for (const auto& [name, value] : before) {
      TRY(is_current, is_written_by_us(state, change, name));
      if (restored.find(name) == nullptr && !is_current) {
        count("changedSince");
        continue;
      }
      restored.set(name, value);
      values.set(name, value);
      count("restored");
    }
    return values;
  }

  Result<bool> is_written_by_us(const ContactState& state, const ImportChange& change,
                                std::string_view name) const {
    const std::vector<contacts::Attribute>& all = state.attributes.all();
    const auto attribute =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
    if (attribute == all.end()) return false;
    const auto wrote = [&](std::string_view message_id) {
      return attribute->writer == keyed_hash(HashKey{}, {message_id});
    };
    if (wrote(import_message(place_.import, change.row))) return true;
    // Another row about the same contact, or what this undo has restored of one.
    TRY(messages, messages_of(state));
    return std::any_of(messages.begin(), messages.end(), [&](const std::string& message_id) {
      return is_ours(message_id) && wrote(message_id);
    });
  }

  void add_events(const ContactState& state, const ImportChange& change, Object values) {
    events::Event event;
    event.contact = state.id.hash;
    event.at = event.received_at = now_;
    event.source = import_source_name;
    event.context =
        Object{{"import", Object{{"job", std::to_string(place_.import.value)}}}, {"quiet", true}};
    if (!values.empty()) {
      event.message_id = undo_message(job_.id, change.row);
      event.type = events::EventType::identify;
      event.name = events::names::identified;
      event.traits = std::move(values);
      place_.pending.push_back(event);
    }
    const reaction::ListRule* list = list_joined_by(state, change);
    if (list == nullptr) return;
    event.message_id = undo_message(job_.id, change.row) + "/list";
    event.type = events::EventType::track;
    event.name = events::names::list_left;
    event.trust = events::Trust::system;
    event.traits = {};
    event.properties = Object{{"list", list->list.key}};
    place_.pending.push_back(std::move(event));
    count("unlisted");
  }

  /// Null where the row put the contact on no list, or somebody has said more of it since.
  [[nodiscard]] const reaction::ListRule* list_joined_by(const ContactState& state,
                                                         const ImportChange& change) const {
    const Hash128 writer =
        keyed_hash(HashKey{}, {import_message(place_.import, change.row) + "/list"});
    for (const segments::Listing& listing : state.lists) {
      if (listing.on && listing.writer == writer) return rules_.list(listing.list);
    }
    return nullptr;
  }

  store::StateReads& reads_;
  const store::EventLogReader& log_;
  const reaction::Rules& rules_;
  Place& place_;
  JobRecord& job_;
  const Timestamp now_;
  absl::flat_hash_map<ContactId, Object> restored_;  ///< by rows of this slice
};

Result<JobRecord> undoable_import(store::StateReads& reads, JobId id, Timestamp now) {
  TRY(job, reads.job(id));
  if (!job) {
    return failure({.code = "unknown_job",
                    .message = fmt::format("there is no job {}", id.value),
                    .value = std::to_string(id.value)});
  }
  if (job->kind != import_kind) return not_undoable(id, "it is no import");
  if (!job->has_ended()) return not_undoable(id, "it has not ended; cancel it first");
  TRY(parameters, object_of(job->parameters));
  if (is_true(parameters, "dryRun")) return not_undoable(id, "it was a dry run");
  TRY(result, object_of(job->result));
  if (is_true(result, "undone")) return not_undoable(id, "it is undone already");
  if (*job->ended_at < now - import_kept) {
    return not_undoable(id, "what is needed for it is kept for 30 days");
  }
  return std::move(*job);
}

Result<JobSlice> UndoWork::begin(const JobRecord& job) {
  TRY(import, import_of(job));
  JobSlice slice{.job = job};
  TRY(view, runtime_.store().view());
  TRY(undone, undoable_import(*view, import, runtime_.clock().now()));
  Place place;
  place.import = undone.id;
  slice.job.resume = place.encode();
  return slice;
}

Result<void> UndoWork::settle(Place& place, const std::string& actor) {
  TRY_VOID(submit_and_wait(runtime_, std::exchange(place.pending, {})));
  TRY(erased, runtime_.erase_all(std::exchange(place.removed, {}), actor));
  static_cast<void>(erased);
  return {};
}

Result<JobSlice> UndoWork::step(const JobRecord& job) {
  if (job.resume.empty()) return begin(job);
  TRY(place, Place::decode(job.resume));
  TRY_VOID(settle(place, job.created_by));
  JobSlice slice{.job = job, .has_ended = place.is_ending};
  if (place.is_ending)
    slice.job.result = to_json(Object{{"import", std::to_string(place.import.value)}});
  slice.also = [place = std::move(place), &log = runtime_.store().log_reader(),
                rules = runtime_.rules(), now = runtime_.clock().now()](
                   store::StateTransaction& transaction, JobRecord& reached) -> Result<void> {
    Place next = place;
    if (place.is_ending) {
      TRY(import, transaction.job(place.import));
      if (!import) return {};
      TRY(result, object_of(import->result));
      result.set("undone", true);
      import->result = to_json(result);
      return transaction.put_job(*import);
    }
    TRY(changes, transaction.import_changes(place.import, place.before_row, undo_rows_per_slice));
    Slice rows(transaction, log, *rules, next, reached, now);
    for (const ImportChange& change : changes) TRY_VOID(rows.undo(change));
    next.is_ending = changes.size() < undo_rows_per_slice;
    reached.resume = next.encode();
    return {};
  };
  return slice;
}

Result<void> UndoWork::wind_down(const JobRecord& job) {
  if (job.resume.empty()) return {};
  Result<Place> place = Place::decode(job.resume);
  return place ? settle(*place, job.created_by) : Result<void>();
}

}  // namespace sojourn::runtime
