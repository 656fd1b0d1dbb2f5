#include "runtime/export_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "base/bytes.h"
#include "base/json.h"
#include "domain/definitions/reader.h"
#include "domain/events/event_codec.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "domain/transfer/csv.h"
#include "runtime/campaigns.h"
#include "runtime/import_parameters.h"

namespace sojourn::runtime {
namespace {

using definitions::Reader;
using reaction::ContactState;
using store::JobRecord;
using transfer::FileFormat;
using transfer::FormulaGuard;

/// Chosen attributes, and names of events.
constexpr std::size_t chosen_max = 500;

Result<std::vector<std::string>> read_texts(Reader& reader, std::string_view member) {
  TRY(list, reader.optional_list(member));
  std::vector<std::string> texts;
  if (list == nullptr) return texts;
  if (list->size() > chosen_max) {
    return failure({.code = "too_many_items",
                    .message = fmt::format("{} has {} items, the limit is {}",
                                           reader.path_of(member), list->size(), chosen_max),
                    .field = reader.path_of(member),
                    .value = std::to_string(list->size()),
                    .limit = std::to_string(chosen_max)});
  }
  for (const Value& item : *list) {
    const std::string* text = item.as_string();
    if (text == nullptr) return reader.refuse("wrong_type", member, "its items must be texts");
    texts.push_back(*text);
  }
  return texts;
}

Result<std::optional<Timestamp>> read_time(Reader& reader, std::string_view member) {
  TRY(text, reader.optional_text(member));
  if (!text) return std::optional<Timestamp>();
  Result<Timestamp> time = parse_timestamp(*text);
  if (!time) return reader.refuse("not_a_time", member, time.error().message);
  return std::optional(*time);
}

Result<void> check_members(Reader& reader, const ExportParameters& parameters) {
  struct Part {
    ExportSubject subject;
    bool is_there;
    std::string_view words;
  };
  const RecipientFilter& recipients = parameters.recipients;
  const Part parts[] = {
      {ExportSubject::contacts,
       !parameters.segment.empty() || !parameters.list.empty() || !parameters.attributes.empty(),
       "segment, list and attributes are for contacts"},
      {ExportSubject::events, !parameters.names.empty() || parameters.since || parameters.until,
       "names, since and until are for events"},
      {ExportSubject::recipients, recipients != RecipientFilter(),
       "campaign, status, answer and arm are for recipients"},
  };
  for (const Part& part : parts) {
    if (part.is_there && part.subject != parameters.subject) {
      return reader.refuse("wrong_member", "", std::string(part.words));
    }
  }
  if (parameters.subject == ExportSubject::recipients && recipients.campaign.empty()) {
    return reader.refuse("missing_member", "campaign", "is required for recipients");
  }
  if (!parameters.segment.empty() && !parameters.list.empty()) {
    return reader.refuse("wrong_member", "list", "name a segment or a list, not both");
  }
  return {};
}

Result<RecipientFilter> read_recipients(Reader& reader) {
  RecipientFilter filter;
  TRY(campaign, reader.optional_text("campaign"));
  filter.campaign = campaign.value_or("");
  TRY(status, reader.optional_text("status"));
  if (status) filter.status = messages::parse_delivery_state(*status);
  if (status && !filter.status) {
    return reader.refuse("unknown_value", "status", "there is no such status");
  }
  TRY(answer, reader.optional_text("answer"));
  if (answer) filter.answer = campaigns::parse_answer(*answer);
  if (answer && !filter.answer) {
    return reader.refuse("unknown_value", "answer",
                         fmt::format("it is one of {}", campaigns::answer_words));
  }
  TRY(arm, reader.optional_text("arm"));
  filter.arm = arm.value_or("");
  return filter;
}

std::string text_of(const std::optional<Timestamp>& time) {
  return time ? format_timestamp(*time) : std::string();
}

transfer::RecipientRow row_of(const messages::Message& message, const std::string& user_id) {
  return {.contact = contacts::format(message.contact),
          .user_id = user_id,
          .address = message.address,
          .arm = message.step,
          .status = std::string(messages::to_string(message.state)),
          .reason = message.reason,
          .sent_at = text_of(message.sent_at),
          .opened_at = text_of(message.opened_at),
          .clicked_at = text_of(message.clicked_at),
          .converted_at = text_of(message.converted_at)};
}

/// Whether a contact is among those that are asked for.
class Choice {
 public:
  static Result<Choice> of(const ExportParameters& parameters, const reaction::Rules& rules) {
    Choice choice;
    if (!parameters.segment.empty()) {
      const reaction::SegmentRule* rule = rules.segment(parameters.segment);
      if (rule == nullptr) return unknown("unknown_segment", parameters.segment);
      choice.segment_ = rule->number;
    }
    if (!parameters.list.empty()) {
      const reaction::ListRule* rule = rules.list(parameters.list);
      if (rule == nullptr) return unknown("unknown_list", parameters.list);
      choice.list_ = rule->number;
    }
    return choice;
  }

  [[nodiscard]] bool has(const ContactState& state) const {
    if (segment_) {
      return std::any_of(state.memberships.begin(), state.memberships.end(), [&](const auto& each) {
        return each.segment == *segment_ && each.member;
      });
    }
    if (list_) {
      return std::any_of(state.lists.begin(), state.lists.end(),
                         [&](const auto& each) { return each.list == *list_ && each.on; });
    }
    return true;
  }

 private:
  static tl::unexpected<Error> unknown(std::string_view code, const std::string& key) {
    return failure({.code = std::string(code),
                    .message = fmt::format("there is no definition of the key {}", key),
                    .value = key});
  }

  std::optional<std::uint32_t> segment_;
  std::optional<std::uint32_t> list_;
};

transfer::ContactRow row_of(const ContactState& state) {
  return {.user_id = state.identifier(contacts::kinds::user_id),
          .anonymous_id = state.identifier(contacts::kinds::anonymous_id),
          .attributes = state.attributes.values()};
}

Result<std::vector<ContactState>> read_contacts(store::Store& store,
                                                const contacts::ContactId& after,
                                                contacts::ContactId& last) {
  TRY(view, store.view());
  TRY(ids, view->contact_ids(after, export_contacts_per_slice));
  std::vector<ContactState> states;
  if (ids.empty()) return states;
  last = ids.back();
  TRY(records, view->contacts(ids));
  for (const auto& record : records) {
    if (!record) continue;
    TRY(state, reaction::decode_contact(record->state));
    states.push_back(std::move(state));
  }
  return states;
}

bool is_chosen(const ExportParameters& parameters, const store::LogRecord& record) {
  if (parameters.since && record.at < *parameters.since) return false;
  if (parameters.until && record.at >= *parameters.until) return false;
  return parameters.names.empty() || std::find(parameters.names.begin(), parameters.names.end(),
                                               record.name) != parameters.names.end();
}

}  // namespace

std::string_view to_string(ExportSubject subject) {
  constexpr std::string_view names[] = {"contacts", "events", "recipients"};
  return names[static_cast<std::size_t>(subject)];
}

Result<ExportParameters> read_export_parameters(const Value& value) {
  Reader reader(value, "");
  ExportParameters parameters;
  TRY(subject, reader.choice("subject", {"contacts", "events", "recipients"}));
  parameters.subject = static_cast<ExportSubject>(subject);
  TRY(format, reader.optional_text("format"));
  if (format && *format != "csv" && *format != "jsonl") {
    return reader.refuse("unknown_value", "format", "it is csv or jsonl");
  }
  if (format == "jsonl") parameters.format = FileFormat::json_lines;
  TRY(guard, reader.boolean_or("formulaGuard", true));
  parameters.guard = guard ? FormulaGuard::on : FormulaGuard::off;
  TRY(segment, reader.optional_text("segment"));
  parameters.segment = segment.value_or("");
  TRY(list, reader.optional_text("list"));
  parameters.list = list.value_or("");
  TRY(attributes, read_texts(reader, "attributes"));
  parameters.attributes = std::move(attributes);
  TRY(names, read_texts(reader, "names"));
  parameters.names = std::move(names);
  TRY(since, read_time(reader, "since"));
  parameters.since = since;
  TRY(until, read_time(reader, "until"));
  parameters.until = until;
  TRY(recipients, read_recipients(reader));
  parameters.recipients = std::move(recipients);
  TRY_VOID(check_members(reader, parameters));
  TRY_VOID(reader.finish());
  return parameters;
}

Object write_export_parameters(const ExportParameters& parameters) {
  Object object{{"subject", to_string(parameters.subject)},
                {"format", parameters.format == FileFormat::csv ? "csv" : "jsonl"},
                {"formulaGuard", parameters.guard == FormulaGuard::on}};
  const auto add_texts = [&](std::string_view name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    Value::List list;
    for (const std::string& text : texts) list.emplace_back(text);
    object.set(name, std::move(list));
  };
  if (!parameters.segment.empty()) object.set("segment", parameters.segment);
  if (!parameters.list.empty()) object.set("list", parameters.list);
  add_texts("attributes", parameters.attributes);
  add_texts("names", parameters.names);
  if (parameters.since) object.set("since", format_timestamp(*parameters.since));
  if (parameters.until) object.set("until", format_timestamp(*parameters.until));
  const RecipientFilter& recipients = parameters.recipients;
  if (!recipients.campaign.empty()) object.set("campaign", recipients.campaign);
  if (recipients.status) object.set("status", messages::to_string(*recipients.status));
  if (recipients.answer) object.set("answer", to_string(*recipients.answer));
  if (!recipients.arm.empty()) object.set("arm", recipients.arm);
  return object;
}

/// How far an export is.
struct ExportWork::Place {
  /// CSV needs its columns before its first row: where all attributes are asked for, a walk before
  /// finds out which there are.
  bool is_looking = false;
  Hash128 after_contact;
  std::uint64_t after_event = 0;  ///< of recipients: the message before which the next page begins
  std::uint64_t end_event = 0;    ///< the log's head at the beginning: exports do not chase traffic
  std::uint64_t size = 0;         ///< of the file
  transfer::AttributeColumns columns;

  [[nodiscard]] std::string encode() const {
    ByteWriter out;
    out.u8(is_looking ? 1 : 0);
    out.hash(after_contact);
    out.unsigned_number(after_event);
    out.unsigned_number(end_event);
    out.unsigned_number(size);
    transfer::encode(out, columns);
    return out.take();
  }

  static Result<Place> decode(std::string_view bytes) {
    ByteReader in(bytes);
    Place place;
    place.is_looking = in.u8() != 0;
    place.after_contact = in.hash();
    place.after_event = in.unsigned_number();
    place.end_event = in.unsigned_number();
    place.size = in.unsigned_number();
    place.columns = transfer::decode_columns(in);
    if (!in.ok()) return failure("damaged_job", "the export's note of its place is damaged");
    return place;
  }
};

Result<JobSlice> ExportWork::step(const JobRecord& job) {
  TRY(value, parse_json(job.parameters));
  TRY(parameters, read_export_parameters(value));
  if (job.resume.empty()) return begin(job, parameters);
  TRY(place, Place::decode(job.resume));
  if (parameters.subject == ExportSubject::events) {
    return export_events(job, parameters, std::move(place));
  }
  if (parameters.subject == ExportSubject::recipients) {
    return export_recipients(job, parameters, std::move(place));
  }
  return export_contacts(job, parameters, std::move(place));
}

Result<JobSlice> ExportWork::begin(const JobRecord& job, const ExportParameters& parameters) {
  files_.tidy();
  Place place;
  JobSlice slice{.job = job};
  std::string header;
  if (parameters.subject == ExportSubject::events) {
    TRY(head, runtime_.store().log_reader().head());
    place.end_event = head.value;
    slice.job.total = head.value;
    if (parameters.format == FileFormat::csv) header = transfer::event_header();
  } else if (parameters.subject == ExportSubject::recipients) {
    TRY(view, runtime_.store().view());
    TRY(counts, campaign_counts(*view, parameters.recipients.campaign));
    slice.job.total = static_cast<std::uint64_t>(std::max<std::int64_t>(sum_of(counts).all(), 0));
    if (parameters.format == FileFormat::csv) header = transfer::recipient_header();
  } else {
    TRY(view, runtime_.store().view());
    TRY(count, view->contact_count());
    slice.job.total = count;
    for (const std::string& name : parameters.attributes) place.columns.add(name);
    // Of chosen ones only the types are looked for, for the mapping that reads the file back.
    place.is_looking = parameters.format == FileFormat::csv;
    if (place.is_looking) slice.job.total = 2 * count;
  }
  TRY(size, files_.append(export_file_of(job, parameters), 0, header));
  place.size = size;
  slice.job.resume = place.encode();
  return slice;
}

Result<JobSlice> ExportWork::store_page(const JobRecord& job, const ExportParameters& parameters,
                                        Place place, std::string_view text, bool ends) {
  const std::string file = export_file_of(job, parameters);
  TRY(size, files_.append(file, place.size, text));
  place.size = size;
  JobSlice slice{.job = job, .has_ended = ends};
  slice.job.resume = place.encode();
  if (!ends) return slice;
  Object result{{"file", file}, {"bytes", static_cast<std::int64_t>(size)}};
  if (parameters.subject == ExportSubject::contacts && parameters.format == FileFormat::csv) {
    result.set("mapping", transfer::write_mapping(transfer::mapping_of(place.columns)));
  }
  slice.job.result = to_json(result);
  return slice;
}

Result<JobSlice> ExportWork::export_contacts(const JobRecord& job,
                                             const ExportParameters& parameters, Place place) {
  TRY(choice, Choice::of(parameters, *runtime_.rules()));
  contacts::ContactId last;
  TRY(states, read_contacts(runtime_.store(), {place.after_contact}, last));
  const bool ends = last.is_zero();
  if (!ends) place.after_contact = last.hash;
  JobRecord reached = job;
  reached.done += states.size();
  std::string text;
  for (const ContactState& state : states) {
    if (!choice.has(state)) continue;
    if (place.is_looking) {
      const auto which = parameters.attributes.empty() ? transfer::NewColumns::added
                                                       : transfer::NewColumns::ignored;
      place.columns.look_at(state.attributes.values(), which);
      continue;
    }
    ++reached.counts["contacts"];
    if (parameters.format == FileFormat::csv) {
      transfer::append_contact_csv(text, row_of(state), place.columns, parameters.guard);
    } else {
      transfer::append_contact_json(text, row_of(state), parameters.attributes);
    }
  }
  if (place.is_looking && ends) {
    place.is_looking = false;
    place.after_contact = {};
    const std::string header = transfer::contact_header(place.columns);
    return store_page(reached, parameters, std::move(place), header, false);
  }
  return store_page(reached, parameters, std::move(place), text, ends);
}

Result<JobSlice> ExportWork::export_events(const JobRecord& job, const ExportParameters& parameters,
                                           Place place) {
  TRY(records, runtime_.store().log_reader().read({place.after_event}, export_events_per_slice));
  JobRecord reached = job;
  std::string text;
  bool ends = records.empty();
  for (const store::LogRecord& record : records) {
    if (record.position.value > place.end_event) {
      ends = true;
      break;
    }
    place.after_event = record.position.value;
    if (!is_chosen(parameters, record)) continue;
    TRY(event, events::decode_event(record.payload));
    ++reached.counts["events"];
    if (parameters.format == FileFormat::csv) {
      transfer::append_event_csv(text, event, parameters.guard);
    } else {
      transfer::append_event_json(text, event);
    }
  }
  reached.done = ends ? place.end_event : place.after_event;
  return store_page(reached, parameters, std::move(place), text, ends);
}

Result<JobSlice> ExportWork::export_recipients(const JobRecord& job,
                                               const ExportParameters& parameters, Place place) {
  TRY(view, runtime_.store().view());
  const std::string cursor = place.after_event == 0 ? "" : std::to_string(place.after_event);
  TRY(page, list_recipients(*view, parameters.recipients, cursor, export_recipients_per_slice));
  std::vector<contacts::ContactId> ids;
  for (const messages::Message& message : page.messages) ids.push_back(message.contact);
  TRY(records, view->contacts(ids));
  JobRecord reached = job;
  reached.done += page.messages.size();
  reached.counts["recipients"] += page.messages.size();
  std::string text;
  for (std::size_t i = 0; i < page.messages.size(); ++i) {
    const transfer::RecipientRow row =
        row_of(page.messages[i], records[i] ? records[i]->user_id : std::string());
    if (parameters.format == FileFormat::csv) {
      transfer::append_recipient_csv(text, row, parameters.guard);
    } else {
      transfer::append_recipient_json(text, row);
    }
  }
  const bool ends = page.next.empty();
  if (!ends) {
    const char* const end = page.next.data() + page.next.size();
    std::from_chars(page.next.data(), end, place.after_event);
  }
  return store_page(reached, parameters, std::move(place), text, ends);
}

Result<void> ExportWork::wind_down(const JobRecord& job) {
  TRY(value, parse_json(job.parameters));
  const Result<ExportParameters> parameters = read_export_parameters(value);
  if (parameters) files_.remove(export_file_of(job, *parameters));
  return {};
}

std::string export_file_of(const JobRecord& job, const ExportParameters& parameters) {
  return export_file(job.id, to_string(parameters.subject),
                     parameters.format == FileFormat::csv ? "csv" : "jsonl");
}

std::string_view content_type_of(FileFormat format) {
  return format == FileFormat::csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
}

}  // namespace sojourn::runtime
