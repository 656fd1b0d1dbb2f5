#include "runtime/webhook_news.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "domain/effects/decision.h"
#include "domain/events/event_codec.h"
#include "runtime/webhook_kinds.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using effects::Decision;

/// Of each log at a time.
constexpr std::size_t looked_at_max = 1'000;
/// Merges of merges are rows of their own; longer chains than this do not come from merging people.
constexpr int alias_hops_max = 32;
/// What events about a message say of it (message_event.h), in the order in which it is told.
constexpr std::array<std::string_view, 7> message_members = {
    "message", "channel", "journey", "campaign", "step", "run", "template"};
/// Of message_event.h, for the outbox alone.
constexpr std::string_view own_key = "key";

void text_member(JsonWriter& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out.name(name).string(text);
}

class NewsReader {
 public:
  NewsReader(store::Store& store, store::StateReads& view, const std::vector<std::string>& kinds)
      : store_(store), view_(view) {
    for (const WebhookKind& kind : webhook_kinds()) {
      if (std::ranges::find(kinds, kind.name) != kinds.end()) wanted_.push_back(&kind);
    }
  }

  Result<WebhookNews> read(const store::WebhookCursor& from) {
    TRY(head, store::webhook_head(view_));
    news_.cursor = head;
    TRY_VOID(read_events(from.log, head.log));
    TRY_VOID(read_decisions(from.decision, head.decision));
    TRY_VOID(read_audit(from.audit, head.audit));
    return std::move(news_);
  }

 private:
  template <typename Source, typename Fits>
  const WebhookKind* find(const Fits& fits) const {
    for (const WebhookKind* kind : wanted_) {
      const Source* const source = std::get_if<Source>(&kind->source);
      if (source != nullptr && fits(*source)) return kind;
    }
    return nullptr;
  }
  template <typename Source>
  [[nodiscard]] bool wants() const {
    return find<Source>([](const Source&) { return true; }) != nullptr;
  }

  Result<void> read_events(events::Position after, events::Position until) {
    store::EventLogReader::Scan scan{
        .after = after, .until = until, .names = {}, .records_max = looked_at_max};
    for (const WebhookKind* kind : wanted_) {
      const auto* const source = std::get_if<WebhookKind::Logged>(&kind->source);
      if (source != nullptr) scan.names.emplace_back(source->event);
    }
    if (scan.names.empty() || after >= until) return {};
    std::vector<events::Position> found;
    TRY(end, store_.log_reader().scan(
                 scan, [&](const auto& scanned) { found.push_back(scanned.position); }));
    news_.cursor.log = end;
    news_.is_all = news_.is_all && end >= until;
    TRY(records, store_.log_reader().at(found));
    for (const store::LogRecord& record : records) TRY_VOID(add(record));
    return {};
  }

  Result<void> add(const store::LogRecord& record) {
    const WebhookKind* const kind =
        find<WebhookKind::Logged>([&](const auto& source) { return source.event == record.name; });
    if (kind == nullptr) return {};
    TRY(event, events::decode_event(record.payload));
    TRY(contact, contact_of({record.subject}));
    JsonWriter out = begin(*kind, event.at);
    write_contact(out, contact);
    write_message(out, event.properties);
    out.name("properties").begin_object();
    for (const auto& [name, value] : event.properties) {
      const bool is_told = name == own_key || std::ranges::count(message_members, name) > 0;
      const bool is_of_message = event.properties.find("message") != nullptr;
      if (!is_of_message || !is_told) out.name(name).value(value);
    }
    out.end_object();
    finish(*kind, out, fmt::format("event-{}", record.position.value), contact.id);
    return {};
  }

  static void write_message(JsonWriter& out, const Object& properties) {
    if (properties.find("message") == nullptr) return;
    out.name("message").begin_object();
    for (const std::string_view member : message_members) {
      const Value* const value = properties.find(member);
      const std::string* const text = value == nullptr ? nullptr : value->as_string();
      if (text == nullptr || text->empty() || (member == "run" && *text == "0")) continue;
      out.name(member == "message" ? "id" : member).string(*text);
    }
    out.end_object();
  }

  Result<void> read_decisions(std::uint64_t after, std::uint64_t until) {
    if (!wants<effects::DecisionKind>() || after >= until) return {};
    TRY(records, store::webhooks_of(view_).decisions_after(after, looked_at_max));
    for (const store::DecisionRecord& record : records) TRY_VOID(add(record));
    if (records.size() < looked_at_max) return {};
    news_.cursor.decision = records.back().sequence;
    news_.is_all = false;
    return {};
  }

  Result<void> add(const store::DecisionRecord& record) {
    const WebhookKind* const kind = find<effects::DecisionKind>([&](effects::DecisionKind source) {
      return static_cast<std::uint8_t>(source) == record.kind;
    });
    if (kind == nullptr) return {};
    TRY(decision, effects::decode_decision(record.payload));
    TRY(contact, contact_of(record.contact));
    JsonWriter out = begin(*kind, record.at);
    write_contact(out, contact);
    if (!decision.definition.empty()) text_member(out, decision.definition, decision.key);
    if (decision.run != 0) out.name("run").string(std::to_string(decision.run));
    text_member(out, "step", decision.step);
    if (record.kind == static_cast<std::uint8_t>(effects::DecisionKind::consent_changed)) {
      text_member(out, "state", decision.outcome);
      text_member(out, "topic", decision.text);
    } else {
      text_member(out, "outcome", decision.outcome);
      text_member(out, "detail", decision.text);
    }
    finish(*kind, out, fmt::format("decision-{}", record.sequence), contact.id);
    return {};
  }

  Result<void> read_audit(std::uint64_t after, std::uint64_t until) {
    if (!wants<WebhookKind::Audited>() || after >= until) return {};
    TRY(lines, store::webhooks_of(view_).audit_after(after, looked_at_max));
    for (const store::AuditRecord& line : lines) add(line);
    if (lines.size() < looked_at_max) return {};
    news_.cursor.audit = lines.back().sequence;
    news_.is_all = false;
    return {};
  }

  void add(const store::AuditRecord& line) {
    const WebhookKind* const kind = find<WebhookKind::Audited>(
        [&](const auto& source) { return source.action == line.action; });
    if (kind == nullptr) return;
    JsonWriter out = begin(*kind, line.at);
    const std::size_t slash = line.subject.find('/');
    text_member(out, "campaign", line.subject.substr(slash + 1));
    text_member(out, "by", line.actor);
    text_member(out, "detail", line.detail);
    finish(*kind, out, fmt::format("audit-{}", line.sequence), {});
  }

  struct Known {
    ContactId id;
    store::ContactRecord record = {};  ///< empty where the contact was erased
  };

  Result<Known> contact_of(ContactId id) {
    for (int hops = 0; hops < alias_hops_max; ++hops) {
      TRY(record, view_.contact(id));
      if (record) return Known{.id = id, .record = std::move(*record)};
      TRY(survivor, view_.alias(id));
      if (!survivor) break;
      id = *survivor;
    }
    return Known{.id = id};
  }

  static void write_contact(JsonWriter& out, const Known& contact) {
    out.name("contact").begin_object();
    out.name("id").string(contacts::format(contact.id));
    text_member(out, "userId", contact.record.user_id);
    text_member(out, "email", contact.record.email);
    out.end_object();
  }

  static JsonWriter begin(const WebhookKind& kind, Timestamp at) {
    JsonWriter out;
    out.begin_object();
    out.name("type").string(kind.name);
    out.name("timestamp").string(format_timestamp(at));
    out.name("data").begin_object();
    return out;
  }
  void finish(const WebhookKind& kind, JsonWriter& out, std::string id, const ContactId& contact) {
    out.end_object().end_object();
    news_.notices.push_back({.id = std::move(id),
                             .kind = std::string(kind.name),
                             .contact = contact,
                             .body = out.take()});
  }

  store::Store& store_;
  store::StateReads& view_;
  std::vector<const WebhookKind*> wanted_;
  WebhookNews news_;
};

}  // namespace

Result<WebhookNews> read_webhook_news(store::Store& store, store::StateReads& view,
                                      const std::vector<std::string>& kinds,
                                      const store::WebhookCursor& from) {
  return NewsReader(store, view, kinds).read(from);
}

std::string webhook_test_body(Timestamp now) {
  JsonWriter out;
  out.begin_object();
  out.name("type").string(webhook_test_kind);
  out.name("timestamp").string(format_timestamp(now));
  out.name("data").begin_object();
  out.name("text").string("Sojourn reaches this address.");
  return out.end_object().end_object().take();
}

}  // namespace sojourn::runtime
