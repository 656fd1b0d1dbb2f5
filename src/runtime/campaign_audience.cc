#include "runtime/campaign_audience.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "domain/campaigns/recipient.h"
#include "runtime/campaigns.h"

namespace sojourn::runtime {
namespace {

using campaigns::Standing;
using campaigns::State;
using contacts::ContactId;

/// Ids that are read from the store at once.
constexpr std::size_t read_page = 4'096;
/// Ids in one row of the store: 64 KiB, which the committer reads for a few batches.
constexpr std::size_t stored_page = 4'096;
/// Rows in one transaction: a megabyte.
constexpr std::size_t pages_per_write = 16;

Result<Standing> earlier_record(store::StateReads& view, const reaction::Rules& rules,
                                const std::string& key) {
  const reaction::CampaignRule* rule = rules.campaign(key);
  std::optional<Standing> record;
  if (rule != nullptr) {
    TRY(found, view.campaign(rule->number));
    record = std::move(found);
  }
  if (record && record->is_frozen) return *record;
  return failure({.code = "campaign_not_sent",
                  .message = fmt::format("campaign \"{}\" has not been sent", key),
                  .value = key});
}

Result<std::string> campaign_of(const store::JobRecord& job) {
  TRY(value, parse_json(job.parameters));
  const Object* object = value.as_object();
  const Value* key = object == nullptr ? nullptr : object->find("campaign");
  if (key == nullptr || key->as_string() == nullptr) {
    return failure("damaged_job", "the job's parameters cannot be read");
  }
  return *key->as_string();
}

Result<void> store_pages(store::StateTransaction& transaction, std::uint32_t campaign,
                         std::uint64_t first_page, std::span<const ContactId> contacts) {
  if (first_page == 0) TRY_VOID(transaction.remove_campaign_audience(campaign));
  for (std::uint64_t page = first_page; !contacts.empty(); ++page) {
    const std::size_t size = std::min(contacts.size(), stored_page);
    TRY_VOID(transaction.put_campaign_audience(campaign, page, contacts.first(size)));
    contacts = contacts.subspan(size);
  }
  return {};
}

}  // namespace

Result<std::optional<ContactId>> AudienceReader::Source::peek() {
  if (place_ == page_.size() && !ended_) {
    TRY(page, read_(last_));
    page_ = std::move(page);
    place_ = 0;
    ended_ = page_.empty();
    if (!ended_) last_ = page_.back();
  }
  if (ended_) return std::optional<ContactId>();
  return std::optional(page_[place_]);
}

Result<void> AudienceReader::Source::advance_to(const ContactId& id) {
  while (true) {
    TRY(next, peek());
    if (!next || *next >= id) return {};
    const auto from = page_.begin() + static_cast<std::ptrdiff_t>(place_);
    place_ = static_cast<std::size_t>(std::lower_bound(from, page_.end(), id) - page_.begin());
  }
}

Result<void> AudienceReader::add_group(store::StateReads& view, const reaction::Rules& rules,
                                       const campaigns::Group& group,
                                       std::vector<Source>& sources) {
  const auto add = [&](std::uint32_t number) {
    sources.emplace_back(
        [&view, number](const ContactId& after) { return view.members(number, after, read_page); });
  };
  for (const std::string& key : group.segments) {
    const reaction::SegmentRule* rule = rules.segment(std::string_view(key));
    if (rule == nullptr)
      return failure("unknown_segment", fmt::format("segment {} is no more", key));
    add(rule->number);
  }
  for (const std::string& key : group.lists) {
    const reaction::ListRule* rule = rules.list(std::string_view(key));
    if (rule == nullptr) return failure("unknown_list", fmt::format("list {} is no more", key));
    add(rule->number);
  }
  return {};
}

Result<AudienceReader::Source> AudienceReader::earlier_campaign(store::StateReads& view,
                                                                const reaction::Rules& rules,
                                                                const campaigns::Resend& resend) {
  TRY(record, earlier_record(view, rules, resend.campaign));
  // Its own pages ascend, so each is asked for once, whatever the caller has come to.
  return Source([&view, resend, record = std::move(record), page = std::uint64_t{0}](
                    const ContactId&) mutable -> Result<std::vector<ContactId>> {
    std::vector<ContactId> found;
    while (found.empty() && page < record.pages) {
      TRY(contacts, view.campaign_audience(record.number, page++));
      for (const ContactId& contact : contacts) {
        TRY(message,
            view.message_by_key(fmt::format("{}/{}", resend.campaign, contacts::format(contact))));
        if (message && campaigns::is_without_answer(*message, resend.to)) found.push_back(contact);
      }
    }
    return found;
  });
}

Result<AudienceReader> AudienceReader::open(store::StateReads& view, const reaction::Rules& rules,
                                            const campaigns::Audience& audience) {
  AudienceReader reader;
  if (audience.everyone) {
    reader.wanted_.emplace_back(
        [&view](const ContactId& after) { return view.contact_ids(after, read_page); });
  }
  TRY_VOID(add_group(view, rules, audience.group, reader.wanted_));
  if (audience.resend) {
    TRY(earlier, earlier_campaign(view, rules, *audience.resend));
    reader.wanted_.push_back(std::move(earlier));
  }
  TRY_VOID(add_group(view, rules, audience.except, reader.excluded_));
  return reader;
}

Result<bool> AudienceReader::is_excluded(const ContactId& id) {
  for (Source& source : excluded_) {
    TRY_VOID(source.advance_to(id));
    TRY(next, source.peek());
    if (next == id) return true;
  }
  return false;
}

Result<std::vector<ContactId>> AudienceReader::next(std::size_t limit) {
  std::vector<ContactId> found;
  while (found.size() < limit) {
    std::optional<ContactId> least;
    for (Source& source : wanted_) {
      TRY(next, source.peek());
      if (next && (!least || *next < *least)) least = next;
    }
    if (!least) return found;
    for (Source& source : wanted_) {
      TRY(next, source.peek());
      if (next == least) source.pop();
    }
    TRY(excluded, is_excluded(*least));
    if (excluded) {
      ++left_out_;
    } else {
      found.push_back(*least);
    }
  }
  return found;
}

Result<bool> is_in_audience(store::StateReads& reads, const Standing& record,
                            const ContactId& contact) {
  // Ids ascend over the pages.
  std::uint64_t first = 0;
  std::uint64_t end = record.pages;
  while (first < end) {
    const std::uint64_t middle = first + (end - first) / 2;
    TRY(page, reads.campaign_audience(record.number, middle));
    if (page.empty() || contact < page.front()) {
      end = middle;
    } else if (page.back() < contact) {
      first = middle + 1;
    } else {
      return std::binary_search(page.begin(), page.end(), contact);
    }
  }
  return false;
}

Result<CampaignAudienceWork::Found> CampaignAudienceWork::read_all(
    const Standing& standing, const campaigns::Audience& audience) {
  Found found;
  const std::shared_ptr<const reaction::Rules> rules = runtime_.rules();
  TRY(view, runtime_.store().view());
  TRY(position, view->applied());
  found.position = position;
  TRY(reader, AudienceReader::open(*view, *rules, audience));
  constexpr std::size_t at_once = stored_page * pages_per_write;
  while (true) {
    TRY(contacts, reader.next(at_once));
    found.contacts += contacts.size();
    const std::uint64_t first = found.pages;
    found.pages += (contacts.size() + stored_page - 1) / stored_page;
    if (contacts.size() < at_once) {
      found.last = std::move(contacts);
      found.last_page = first;
      return found;
    }
    TRY_VOID(runtime_.write([campaign = standing.number, first,
                             contacts = std::move(contacts)](store::StateTransaction& transaction) {
      return store_pages(transaction, campaign, first, contacts);
    }));
  }
}

Result<JobSlice> CampaignAudienceWork::step(const store::JobRecord& job) {
  TRY(key, campaign_of(job));
  const std::shared_ptr<const reaction::Rules> rules = runtime_.rules();
  const reaction::CampaignRule* rule = rules->campaign(key);
  if (rule == nullptr)
    return failure("unknown_campaign", fmt::format("campaign {} is no more", key));
  std::optional<Standing> record;
  {
    TRY(view, runtime_.store().view());
    TRY(present, view->campaign(rule->number));
    record = std::move(present);
  }
  JobSlice slice{.job = job};
  slice.has_ended = true;
  if (!record || record->is_frozen || has_ended(record->state)) return slice;
  const Result<Found> found = read_all(*record, rule->campaign.audience);
  const bool is_passing =
      !found && (found.error().code == "disk_full" || found.error().code == "disk_failed" ||
                 found.error().code == "busy" || found.error().code == "stopping");
  if (is_passing) return tl::unexpected(found.error());
  const auto change =
      [number = rule->number, started = record->started_at, found,
       now = runtime_.clock().now()](store::StateTransaction& transaction) -> Result<void> {
    TRY(present, transaction.campaign(number));
    // Cancelled, or begun anew, meanwhile: that has a job of its own.
    const bool is_meant = present && !has_ended(present->state) && present->started_at == started;
    if (!is_meant) return {};
    if (found) {
      // With the end of the audience it is complete: one transaction, where it is small.
      TRY_VOID(store_pages(transaction, number, found->last_page, found->last));
      present->is_frozen = true;
      present->position = found->position;
      present->audience = found->contacts;
      present->pages = found->pages;
    } else {
      present->state = State::stopped;
      present->reason = found.error().code;
      present->ended_at = now;
    }
    return transaction.put_campaign(*present);
  };
  TRY_VOID(runtime_.change_campaigns(change));
  if (!found) return tl::unexpected(found.error());
  slice.job.total = found->contacts;
  slice.job.done = found->contacts;
  return slice;
}

}  // namespace sojourn::runtime
