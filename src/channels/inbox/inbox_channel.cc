#include "channels/inbox/inbox_channel.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/ensure.h"
#include "base/log.h"
#include "base/text.h"
#include "channels/mime/mime.h"

namespace sojourn::channels::inbox {
namespace {

// Our header fields end long before; the page of a list reads no more of each mail.
constexpr std::size_t head_bytes_max = 16 * 1024;

Outcome ended(Outcome::Kind kind, std::string_view reason = {}, std::string words = {}) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.reason = reason;
  outcome.reply = std::move(words);
  return outcome;
}

Outcome outcome_of(MailFolder::Kept kept) {
  switch (kept) {
    case MailFolder::Kept::yes:
      return ended(Outcome::Kind::accepted, {}, "kept in the inbox");
    case MailFolder::Kept::no:
      return ended(Outcome::Kind::deferred, "unreachable", "the inbox folder cannot be written");
    case MailFolder::Kept::uncertain:
      return ended(Outcome::Kind::uncertain, "unreachable", "the inbox folder cannot be synced");
  }
  return {};
}

// `ana@example.com` of `Ana <ana@example.com>`.
std::string_view address_in(std::string_view mailbox) {
  if (!mailbox.ends_with('>')) return mailbox;
  mailbox.remove_suffix(1);
  return mailbox.substr(mailbox.rfind('<') + 1);
}

}  // namespace

struct InboxChannel::Mail {
  Handoff handoff;
  std::string bytes;  // of RFC 5322; empty until written
};

Result<std::unique_ptr<InboxChannel>> InboxChannel::create(const Options& options,
                                                           const Clock& clock) {
  if (options.mails_max < 1 || options.in_flight_max < 1) {
    return failure({.code = "limit_invalid",
                    .message = "mails and mails in flight must be at least 1",
                    .limit = "1"});
  }
  TRY(folder, MailFolder::open(options.folder, options.mails_max));
  return std::unique_ptr<InboxChannel>(new InboxChannel(options, std::move(folder), clock));
}

InboxChannel::InboxChannel(const Options& options, std::unique_ptr<MailFolder> folder,
                           const Clock& clock)
    : in_flight_max_(options.in_flight_max),
      folder_(std::move(folder)),
      clock_(clock),
      signer_(options.signer),
      worker_([this] { work(); }) {}

InboxChannel::~InboxChannel() {
  stop({});
  {
    const std::lock_guard lock(mutex_);
    worker_ends_ = true;
    work_arrived_.notify_all();
  }
  worker_.join();
}

void InboxChannel::connect(Events& events) {
  events_ = &events;
}

int InboxChannel::capacity() const {
  const std::lock_guard lock(mutex_);
  return stopping_ ? 0 : std::max(0, in_flight_max_ - in_flight_);
}

void InboxChannel::start(Handoff handoff) {
  ENSURE(events_ != nullptr);
  const std::lock_guard lock(mutex_);
  ++in_flight_;
  ENSURE(in_flight_ <= in_flight_max_);
  ++unreported_;
  arrived_.push_back({.handoff = std::move(handoff), .bytes = {}});
  work_arrived_.notify_one();
}

void InboxChannel::answer_leave(messages::MessageId id, bool granted) {
  std::unique_lock lock(mutex_);
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  if (granted) {
    granted_.push_back(std::move(*found->second));
    waiting_.erase(found);
    work_arrived_.notify_one();
    return;
  }
  waiting_.erase(found);
  lock.unlock();
  finish(id, ended(Outcome::Kind::not_started));
}

// Writing takes milliseconds and cannot hang on a peer: what was granted is always carried out,
// so the grace is not needed.
void InboxChannel::stop(Duration) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  work_arrived_.notify_all();
  ended_.wait(lock, [this] { return unreported_ == 0; });
}

void InboxChannel::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_arrived_.wait(lock, [this] {
      return worker_ends_ || !arrived_.empty() || !granted_.empty() ||
             (stopping_ && !waiting_.empty());
    });
    if (worker_ends_) return;
    std::vector<Mail> granted = std::exchange(granted_, {});
    std::vector<Mail> arrived = std::exchange(arrived_, {});
    std::vector<messages::MessageId> given_up;
    if (stopping_) {
      for (const Mail& mail : std::exchange(arrived, {})) given_up.push_back(mail.handoff.id);
      for (const auto& [id, mail] : waiting_) given_up.push_back(id);
      waiting_.clear();
    }
    lock.unlock();
    for (const messages::MessageId id : given_up) finish(id, ended(Outcome::Kind::not_started));
    if (!granted.empty()) keep(std::move(granted));
    write_mails(std::move(arrived));
    lock.lock();
  }
}

void InboxChannel::write_mails(std::vector<Mail> arrived) {
  for (Mail& mail : arrived) {
    const messages::MessageId id = mail.handoff.id;
    auto written = mime::write_signed(mail.handoff.email, clock_.now(), signer_);
    if (!written) {
      finish(id, ended(Outcome::Kind::failed, "our_error", std::move(written.error().message)));
      continue;
    }
    mail.bytes = std::move(written->bytes);
    {
      const std::lock_guard lock(mutex_);
      waiting_[id] = std::make_unique<Mail>(std::move(mail));
    }
    events_->ask_leave(id);
  }
}

void InboxChannel::keep(std::vector<Mail> granted) {
  std::vector<MailFolder::NewMail> mails;
  const Timestamp now = clock_.now();
  for (Mail& mail : granted) {
    mails.push_back({.message = mail.handoff.id, .at = now, .bytes = std::move(mail.bytes)});
  }
  const std::vector<MailFolder::Kept> answers = folder_->keep(mails);
  if (std::ranges::count(answers, MailFolder::Kept::yes) != std::ssize(answers)) {
    log::error("the inbox folder cannot be written");
  }
  for (std::size_t i = 0; i < granted.size(); ++i) {
    finish(granted[i].handoff.id, outcome_of(answers[i]));
  }
}

void InboxChannel::finish(messages::MessageId id, Outcome outcome) {
  {
    const std::lock_guard lock(mutex_);
    --in_flight_;  // before the call: the outbox reads capacity() in it
  }
  events_->finished(id, std::move(outcome));
  const std::lock_guard lock(mutex_);
  if (--unreported_ == 0) ended_.notify_all();
}

CapturedMail InboxChannel::summary(const std::string& id, std::string_view head) const {
  mime::ReadMail read;
  read.headers = mime::read_headers(head);
  CapturedMail mail;
  mail.id = id;
  mail.at = MailFolder::time_of(id);
  mail.from = read.header("From");
  mail.to = read.header("To");
  mail.subject = read.header("Subject");
  return mail;
}

Result<CapturedMails::Page> InboxChannel::list(std::string_view cursor, int limit) const {
  const auto count = static_cast<std::size_t>(std::clamp(limit, 1, page_mails_max));
  // One more tells whether there is a next page.
  TRY(ids, folder_->ids_before(cursor, count + 1));
  Page page;
  if (ids.size() > count) {
    ids.pop_back();
    page.next = ids.back();
  }
  for (const std::string& id : ids) {
    TRY(head, folder_->read(id, head_bytes_max));
    if (head) page.mails.push_back(summary(id, *head));
  }
  return page;
}

Result<std::optional<CapturedMail>> InboxChannel::find(std::string_view id) const {
  TRY(raw, folder_->read(id, std::numeric_limits<std::size_t>::max()));
  if (!raw) return std::optional<CapturedMail>();
  CapturedMail mail = summary(std::string(id), *raw);
  mime::ReadMail read = mime::read_mime(*raw);
  mail.text = std::move(read.text);
  mail.html = std::move(read.html);
  for (mime::ReadMail::Header& header : read.headers) {
    mail.headers.push_back({.name = std::move(header.name), .value = std::move(header.value)});
  }
  mail.raw = std::move(*raw);
  return std::optional<CapturedMail>(std::move(mail));
}

Result<void> InboxChannel::forget(std::string_view address) {
  const auto wire = mime::WireAddress::create("address", address);
  if (!wire) return {};  // no mail could be written to it
  TRY(ids, folder_->ids_before("", std::numeric_limits<std::size_t>::max()));
  std::vector<std::string> to_address;
  for (const std::string& id : ids) {
    TRY(head, folder_->read(id, head_bytes_max));
    if (head && equal_ignoring_case(address_in(summary(id, *head).to), wire->text())) {
      to_address.push_back(id);
    }
  }
  return folder_->remove(to_address);
}

}  // namespace sojourn::channels::inbox
