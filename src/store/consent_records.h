#pragma once

/// Rows about consent: the ledger's lines, who must not be written to, and sign-ups that wait for
/// their confirmation.

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "domain/contacts/contact_id.h"
#include "domain/effects/consent_evidence.h"

namespace sojourn::store {

/// The state of consent or suppression of one address, as the ledger's fold has it.
struct ConsentRecord {
  Hash128 address;  ///< keyed hash of (channel, normalised address)
  std::string channel;
  std::string topic;  ///< empty: every topic
  std::string state;  ///< policies::consent_states
  Timestamp at;
  std::string source;           ///< `one_click`, `page`, `api`, `bounce`, …
  std::string evidence;         ///< free text or JSON: message, form, wording, IP as allowed
  contacts::ContactId contact;  ///< who it was said of or by; zero where unknown
  effects::ConsentEvidence shown_by = {};
  friend bool operator==(const ConsentRecord&, const ConsentRecord&) = default;
};

/// An address that must not be written to, and why. Survives the erasure of its contact.
struct SuppressionRecord {
  std::uint64_t number = 0;  ///< ascending in the order of writing; given by the store
  std::string channel;
  Hash128 address;    ///< as ConsentRecord has it
  std::string scope;  ///< `all`, `marketing`, `topic`
  std::string topic;  ///< of scope `topic`; else empty
  Timestamp at;
  std::string source;  ///< of the ledger's line that wrote it
  std::string actor;   ///< empty where nobody did it by hand
  friend bool operator==(const SuppressionRecord&, const SuppressionRecord&) = default;
};

// Scopes of suppression.
inline constexpr std::string_view suppression_of_all = "all";
/// Of who has unsubscribed from everything: transactional mail may go.
inline constexpr std::string_view suppression_of_marketing = "marketing";
inline constexpr std::string_view suppression_of_topic = "topic";

/// A form that was sent and waits for the confirmation of its address (double opt-in).
struct SignupRecord {
  std::string id;    ///< nobody can guess it
  std::string form;  ///< key
  Hash128 address;   ///< as ConsentRecord has it
  contacts::ContactId contact;
  Timestamp at;
  Timestamp confirmed_at = Timestamp::never();  ///< never: it is pending
  std::string payload;  ///< JSON: what was typed, and to which words somebody agreed
  friend bool operator==(const SignupRecord&, const SignupRecord&) = default;
};

}  // namespace sojourn::store
