#include "runtime/campaign_recipients.h"

#include <utility>

#include "store/campaign_answers.h"

namespace sojourn::runtime {
namespace {

using messages::Message;
using store::StateReads;

/// Pages of the store that one page looks into: some 100,000 lines at most.
constexpr int store_pages_max = 50;

Result<StateReads::MessagePage> read_page(StateReads& reads, const RecipientFilter& filter,
                                          const std::string& cursor, int limit) {
  if (filter.answer) {
    return store::answers_in(reads).campaign_answers(
        {.campaign = filter.campaign, .answer = *filter.answer, .cursor = cursor, .limit = limit});
  }
  return reads.list_messages({.contact = filter.contact,
                              .state = filter.status,
                              .cursor = cursor,
                              .limit = limit,
                              .campaign = filter.campaign});
}

bool is_wanted(const RecipientFilter& filter, const Message& message) {
  return (!filter.status || message.state == *filter.status) &&
         (filter.arm.empty() || message.step == filter.arm) &&
         (!filter.contact || message.contact == *filter.contact);
}

}  // namespace

Result<StateReads::MessagePage> list_recipients(StateReads& reads, const RecipientFilter& filter,
                                                std::string cursor, int limit) {
  StateReads::MessagePage page;
  page.next = std::move(cursor);
  const auto wanted = static_cast<std::size_t>(limit);
  for (int i = 0; i < store_pages_max; ++i) {
    TRY(found,
        read_page(reads, filter, page.next, static_cast<int>(wanted - page.messages.size())));
    for (Message& message : found.messages) {
      if (is_wanted(filter, message)) page.messages.push_back(std::move(message));
    }
    page.next = std::move(found.next);
    if (page.next.empty() || page.messages.size() == wanted) break;
  }
  return page;
}

}  // namespace sojourn::runtime
