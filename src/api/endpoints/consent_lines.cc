#include "api/endpoints/consent_lines.h"

#include <array>

#include "api/json_fields.h"
#include "base/text.h"
#include "domain/contacts/address.h"
#include "runtime/event_log.h"

namespace sojourn::api {

Result<AddressLedger> read_ledger(const Context& context, store::StateReads& view,
                                  std::string_view channel, std::string_view address) {
  AddressLedger ledger;
  TRY(lines, view.consent_history(ledger_hash(context, channel, address)));
  ledger.lines = std::move(lines);
  // The newest stands first, and the fold begins with the oldest.
  for (auto line = ledger.lines.rbegin(); line != ledger.lines.rend(); ++line) {
    policies::fold(ledger.consent, line->topic, line->state);
  }
  return ledger;
}

Hash128 ledger_hash(const Context& context, std::string_view channel, std::string_view address) {
  return contacts::address_hash(runtime::address_key(context.runtime.master_key()), channel,
                                address);
}

std::string wording_hash(std::string_view words) {
  const std::array<std::uint8_t, 32> hash = sha256(words);
  return to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

void write_consent_line(JsonWriter& out, const store::ConsentRecord& line) {
  out.begin_object();
  text_field(out, "channel", line.channel);
  text_or_null_field(out, "topic", line.topic);
  text_field(out, "state", line.state);
  time_field(out, "at", line.at);
  text_or_null_field(out, "source", line.source);
  text_or_null_field(out, "basis", line.shown_by.basis);
  text_or_null_field(out, "wording", line.shown_by.wording);
  text_or_null_field(out, "wordingHash", line.shown_by.wording_hash);
  text_or_null_field(out, "ip", line.shown_by.ip);
  text_or_null_field(out, "userAgent", line.shown_by.user_agent);
  text_or_null_field(out, "actor", line.shown_by.actor);
  text_or_null_field(out, "evidence", line.evidence);
  out.end_object();
}

}  // namespace sojourn::api
