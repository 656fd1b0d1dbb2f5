#include "runtime/old_signups.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/log.h"
#include "domain/reaction/contact_state.h"
#include "runtime/hosted_pages.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using store::SignupRecord;

/// Rows that one step forgets.
constexpr std::size_t rows_max = 100;
constexpr std::string_view actor = "sojourn";

/// Made by a form, and nothing else is known of it.
Result<bool> is_made_by_form(store::StateReads& view, const ContactId& id) {
  TRY(record, view.contact(id));
  if (!record || !record->user_id.empty() || !record->email.empty()) return false;
  TRY(state, reaction::decode_contact(record->state));
  return std::ranges::all_of(state.identifiers, [](const contacts::Identifier& identifier) {
    return identifier.value.starts_with(form_contact_prefix);
  });
}

/// Whether the contact goes with the sign-up: the form has made it, and nobody has asked for the
/// same address again since.
Result<bool> goes_with(store::StateReads& view, const SignupRecord& record, Timestamp until) {
  if (record.confirmed_at != Timestamp::never()) return false;
  TRY(later, view.signup_count(record.address, until));
  if (later > 0) return false;
  return is_made_by_form(view, record.contact);
}

Result<Timestamp> oldest_in(store::StateReads& view) {
  TRY(records, view.signups_before(Timestamp::never(), 1));
  return records.empty() ? Timestamp::never() : records.front().at;
}

}  // namespace

Result<void> OldSignups::open(store::StateReads& reads) {
  TRY(oldest, oldest_in(reads));
  oldest_ = oldest.ms;
  return take_up(reads);
}

Result<void> OldSignups::take_up(store::StateReads& reads) {
  TRY(pages, hosted_pages(reads));
  kept_ms_ = pages.unconfirmed_kept.ms;
  return {};
}

void OldSignups::note(Timestamp begun) {
  std::int64_t known = oldest_;
  while (begun.ms < known && !oldest_.compare_exchange_weak(known, begun.ms)) continue;
}

Timestamp OldSignups::next_due() const {
  const Timestamp oldest{oldest_};
  if (oldest == Timestamp::never()) return oldest;
  return oldest + Duration{kept_ms_};
}

bool OldSignups::step() {
  if (!is_due()) return false;
  const Result<void> forgotten = forget();
  if (forgotten) return true;
  if (forgotten.error().code != "stopping") {
    log::warn("old sign-ups were not forgotten", {{"error", forgotten.error().message}});
  }
  return false;
}

Result<void> OldSignups::forget() {
  // Those that began before it: the one that is due has had its time to the millisecond.
  const Timestamp until = runtime_.clock().now() - Duration{kept_ms_} + Duration{1};
  std::vector<SignupRecord> old;
  std::vector<ContactId> strangers;
  {
    TRY(view, runtime_.store().view());
    TRY(records, view->signups_before(until, rows_max));
    for (const SignupRecord& record : records) {
      TRY(is_stranger, goes_with(*view, record, until));
      if (is_stranger) strangers.push_back(record.contact);
    }
    old = std::move(records);
  }
  std::ranges::sort(strangers);
  const auto again = std::ranges::unique(strangers);
  strangers.erase(again.begin(), again.end());
  TRY_VOID(runtime_.erase_all(strangers, std::string(actor)));
  Result<void> removed = runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
    for (const SignupRecord& record : old) TRY_VOID(transaction.remove_signup(record.id));
    TRY(oldest, oldest_in(transaction));
    // Within it: a sign-up that it does not see is noted later, by the same thread.
    oldest_ = oldest.ms;
    return {};
  });
  if (!removed && !old.empty()) note(old.front().at);
  return removed;
}

}  // namespace sojourn::runtime
