#include "runtime/campaign_count.h"

#include <absl/container/flat_hash_set.h>

#include <utility>

#include "domain/campaigns/recipient.h"
#include "runtime/campaign_audience.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using std::chrono::steady_clock;

/// Contacts that are asked of the index at once: some milliseconds.
constexpr std::size_t read_at_once = 16'384;

using Addresses = absl::flat_hash_set<Hash128>;

/// Asks the rule for one contact after the other.
class Reach {
 public:
  Reach(const campaigns::Campaign& campaign, const policies::Policies& policies,
        const audience::Index& index, const audience::AddressBook& addresses, CampaignReach& reach,
        Addresses& taken)
      : campaign_(campaign),
        policies_(policies),
        index_(index),
        addresses_(addresses),
        reach_(reach),
        taken_(taken) {}

  void take(const ContactId& contact) {
    const std::optional<audience::Ordinal> ordinal = index_.find(contact);
    // Erased, or one with another, since the audience was read.
    if (!ordinal) return;
    ++reach_.contacts;
    static const policies::AddressConsent silence;
    const Hash128& address = index_.addresses()[*ordinal];
    const policies::AddressConsent* said = addresses_.find(address);
    const std::string_view reason =
        campaigns::left_out(campaign_, policies_,
                            {.has_address = index_.has_address().test(*ordinal),
                             .shares_address = taken_.contains(address),
                             .consent = said == nullptr ? silence : *said});
    if (reason.empty()) {
      taken_.insert(address);
    } else {
      ++reach_.left_out[std::string(reason)];
    }
  }

 private:
  const campaigns::Campaign& campaign_;
  const policies::Policies& policies_;
  const audience::Index& index_;
  const audience::AddressBook& addresses_;
  CampaignReach& reach_;
  Addresses& taken_;  ///< of those who get a message
};

}  // namespace

Result<CampaignReach> count_reach(store::StateReads& view, Audience& audience,
                                  const reaction::Rules& rules,
                                  const reaction::CampaignRule& campaign, const Ledger& ledger,
                                  const ReachLimits& limits) {
  const steady_clock::time_point until = steady_clock::now() + limits.time;
  CampaignReach reach;
  Addresses taken;
  TRY(reader, AudienceReader::open(view, rules, campaign.campaign.audience));
  for (bool has_more = true; has_more;) {
    TRY(contacts, reader.next(read_at_once));
    has_more = contacts.size() == read_at_once;
    const auto ask_rule = [&](const audience::Index& index) {
      Reach rule(campaign.campaign, rules.policies(), index, ledger, reach, taken);
      for (const ContactId& contact : contacts) rule.take(contact);
    };
    // Others ask the index between two pages.
    const bool has_index = reach.exact && audience.ask(ask_rule, limits.index_wait);
    if (!has_index) {
      reach.contacts += contacts.size();
      reach.exact = false;
    }
    if (has_more && steady_clock::now() >= until) {
      reach.exact = false;
      break;
    }
  }
  if (!reach.exact) reach.left_out.clear();
  reach.excluded = reader.excluded();
  return reach;
}

}  // namespace sojourn::runtime
