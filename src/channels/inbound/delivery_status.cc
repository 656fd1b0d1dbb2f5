#include "channels/inbound/delivery_status.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "channels/inbound/address_text.h"
#include "channels/inbound/mail_parts.h"
#include "channels/inbound/phrase.h"

namespace sojourn::channels::inbound {
namespace {

struct ActionName {
  std::string_view begin;
  Action action;
};

// `failure`, `error` and `Failed (Bad destination)` are not in the RFC, and are sent.
constexpr ActionName action_names[] = {
    {"fail", Action::failed},       {"error", Action::failed},  {"undeliver", Action::failed},
    {"deliverable", Action::none},  {"delay", Action::delayed}, {"warn", Action::delayed},
    {"deliver", Action::delivered}, {"relay", Action::relayed}, {"expand", Action::expanded},
    {"expired", Action::failed},    {"bounce", Action::failed}, {"reject", Action::failed},
};

Action action_of(std::string_view value) {
  const std::string lower = to_lower_ascii(trimmed(value));
  for (const ActionName& name : action_names) {
    if (lower.starts_with(name.begin)) return name.action;
  }
  return Action::none;
}

/// The fields of one recipient, as they come.
struct Fields {
  std::string original;
  std::string final;
  std::string actual;
  std::string action;
  std::string status;
  std::string diagnostic;
  std::string more_words;

  [[nodiscard]] bool is_empty() const {
    return original.empty() && final.empty() && actual.empty() && action.empty() &&
           status.empty() && diagnostic.empty();
  }
};

std::string address_of(const Fields& fields) {
  for (const std::string* value : {&fields.original, &fields.final, &fields.actual}) {
    if (std::optional<std::string> address = typed_address(*value)) return std::move(*address);
  }
  return {};
}

/// Of two codes the one that says more: many servers write `5.0.0` beside a reply that is exact.
std::optional<EnhancedStatus> status_of(std::string_view status, std::string_view diagnostic) {
  const std::optional<EnhancedStatus> own = find_status(status);
  if (own && own->is_specific()) return own;
  const std::optional<EnhancedStatus> replied = find_status(diagnostic);
  if (!own) return replied;
  const bool says_more = replied && replied->code_class == own->code_class &&
                         (replied->is_specific() || own->subject == 0);
  return says_more ? replied : own;
}

ReportedRecipient recipient_of(const Fields& fields) {
  ReportedRecipient recipient{.address = address_of(fields), .refusal = {}};
  Refusal& refusal = recipient.refusal;
  const std::string words = fields.diagnostic + "\n" + fields.more_words;
  refusal.status = status_of(fields.status, words);
  refusal.reply_code = find_reply_code(words);
  if (refusal.reply_code == 0) refusal.reply_code = find_reply_code(fields.status);
  refusal.action = action_of(fields.action);
  if (refusal.action == Action::none && refusal.status) {
    refusal.action = refusal.status->code_class == 2   ? Action::delivered
                     : refusal.status->code_class == 4 ? Action::delayed
                                                       : Action::failed;
  }
  refusal.words = words;
  // Comments stand beside codes: `5.0.0 (recipient reached disk quota)`. Most only spell out the
  // code, and what the server said is worth more.
  const std::string_view judged = std::string_view(words).substr(0, judged_bytes_max);
  if (!named_reason(folded(without_addresses(judged)))) {
    refusal.words.append("\n").append(fields.status).append("\n").append(fields.action);
  }
  return recipient;
}

class Reader {
 public:
  DeliveryStatus read(std::string_view text) {
    while (!text.empty()) {
      const std::size_t begin = text.find_first_not_of('\n');
      if (begin == std::string_view::npos) break;
      text.remove_prefix(begin);
      const std::size_t end = std::min(text.find("\n\n"), text.size());
      read_block(read_header_lines(text.substr(0, end)));
      text.remove_prefix(end);
    }
    finish();
    return std::move(status_);
  }

 private:
  void read_block(const std::vector<Header>& block) {
    // A block begins another recipient only if it names one: some servers put an empty line between
    // the fields of the same.
    const bool names_one = !find_header(block, "Final-Recipient").empty() ||
                           !find_header(block, "Original-Recipient").empty();
    const bool has_one = !fields_.final.empty() || !fields_.original.empty();
    if (names_one && has_one) finish();
    for (const Header& field : block) take(field);
  }

  void take(const Header& field) {
    const std::string name = to_lower_ascii(field.name);
    if (name == "original-envelope-id") status_.envelope_id = decode_xtext(field.value);
    if (name == "final-recipient") {
      if (!fields_.final.empty()) finish();
      fields_.final = field.value;
    } else if (name == "original-recipient") {
      // It stands before or after the Final-Recipient of the same.
      if (!fields_.original.empty()) finish();
      fields_.original = field.value;
    } else if (name == "x-actual-recipient") {
      fields_.actual = field.value;
    } else if (name == "action") {
      fields_.action = field.value;
    } else if (name == "status") {
      fields_.status = field.value;
    } else if (name == "diagnostic-code") {
      fields_.diagnostic.append(field.value).append("\n");
    } else if (name.starts_with("x-") || name.starts_with("x400-")) {
      const bool has_words = name.find("reason") != std::string::npos ||
                             name.find("supplementary") != std::string::npos ||
                             name.find("notes") != std::string::npos ||
                             name.find("error") != std::string::npos ||
                             name.find("diagnostic") != std::string::npos;
      if (has_words) fields_.more_words.append(field.value).append("\n");
    }
  }

  void finish() {
    const Fields fields = std::exchange(fields_, {});
    if (fields.is_empty() || status_.recipients.size() >= reported_recipients_max) return;
    if (fields.final.empty() && fields.original.empty() && fields.action.empty()) return;
    ReportedRecipient recipient = recipient_of(fields);
    const auto is_same = [&](const ReportedRecipient& other) {
      return equal_ignoring_case(other.address, recipient.address);
    };
    if (std::ranges::any_of(status_.recipients, is_same)) return;
    status_.recipients.push_back(std::move(recipient));
  }

  DeliveryStatus status_;
  Fields fields_;
};

}  // namespace

DeliveryStatus read_delivery_status(std::string_view text) {
  return Reader().read(text);
}

}  // namespace sojourn::channels::inbound
