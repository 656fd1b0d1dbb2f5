#include "channels/inbox/inbox_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "channels/channel_conformance.h"

namespace sojourn::channels {
namespace {

using inbox::InboxChannel;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Leave = RecordedEvents::Leave;

constexpr Timestamp monday{1'772'488'200'000};  // 2026-03-02T21:50:00Z

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(::testing::TempDir() + "sojourn-inbox-XXXXXX") {
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string path() const { return path_; }
  [[nodiscard]] int files() const {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path_)) ++count;
    return count;
  }

 private:
  std::string path_;
};

/// An inbox that is told to keep mails.
struct Inbox {
  explicit Inbox(const InboxChannel::Options& options, Leave leave = Leave::grant) : events(leave) {
    auto created = InboxChannel::create(options, clock);
    EXPECT_TRUE(created) << created.error().message;
    channel = std::move(*created);
    channel->connect(events);
    events.answer_through(*channel);
  }

  Outcome send(Handoff handoff) {
    const std::uint64_t id = handoff.id.value;
    channel->start(std::move(handoff));
    EXPECT_TRUE(events.await_finished(++sent));
    return events.outcome(id);
  }
  void send_at(Timestamp time, std::uint64_t id) {
    clock.set(time);
    EXPECT_EQ(send(sample_handoff(id)).kind, Outcome::Kind::accepted);
  }
  [[nodiscard]] std::vector<std::string> subjects(int limit = 200) const {
    std::vector<std::string> found;
    const auto page = channel->list("", limit);
    EXPECT_TRUE(page);
    for (const CapturedMail& mail : page->mails) found.push_back(mail.subject);
    return found;
  }

  ManualClock clock{monday};
  RecordedEvents events;
  std::unique_ptr<InboxChannel> channel;
  int sent = 0;
};

class InboxWorld final : public ChannelWorld {
 public:
  InboxWorld() {
    auto created = InboxChannel::create({.folder = folder_.path() + "/inbox"}, clock_);
    channel_ = std::move(*created);
  }
  Channel& channel() override { return *channel_; }
  int delivered() override {
    return static_cast<int>(channel_->list("", InboxChannel::page_mails_max)->mails.size());
  }

 private:
  ManualClock clock_{monday};
  TemporaryFolder folder_;
  std::unique_ptr<InboxChannel> channel_;
};

INSTANTIATE_TEST_SUITE_P(Inbox, ChannelConformance,
                         ::testing::Values([] { return std::make_unique<InboxWorld>(); }));

TEST(InboxChannel, ReadsBackWhatItKept) {
  const TemporaryFolder folder;
  Inbox inbox({.folder = folder.path()});
  Handoff handoff = sample_handoff(7);
  handoff.email.subject = "Grüße 🎉";
  handoff.email.to.name = "Ana, López";
  handoff.email.text = "Zeile 1\n.\nZeile 3\n";
  handoff.email.html = "<p>Zeile <a href=\"https://t.example/c/x\">1</a></p>";
  handoff.email.unsubscribe_url = "https://t.example/u/T";
  ASSERT_EQ(inbox.send(handoff).kind, Outcome::Kind::accepted);

  const auto page = inbox.channel->list("", 10);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->mails.size(), 1u);
  EXPECT_EQ(page->mails[0].subject, "Grüße 🎉");
  EXPECT_EQ(page->mails[0].raw, "");

  const auto found = inbox.channel->find(page->mails[0].id);
  ASSERT_TRUE(found && *found);
  const CapturedMail& mail = **found;
  EXPECT_EQ(mail.at, monday);
  EXPECT_EQ(mail.from, "Sojourn <news@brand.example>");
  EXPECT_EQ(mail.to, "Ana, López <ana7@example.com>");
  EXPECT_EQ(mail.subject, "Grüße 🎉");
  EXPECT_EQ(mail.text, handoff.email.text);
  EXPECT_EQ(mail.html, handoff.email.html);
  EXPECT_THAT(mail.raw, HasSubstr("\r\nList-Unsubscribe: <https://t.example/u/T>\r\n"));
  EXPECT_TRUE(std::ranges::any_of(mail.headers, [](const CapturedMail::Header& header) {
    return header.name == "List-Unsubscribe-Post" && header.value == "List-Unsubscribe=One-Click";
  }));
}

TEST(InboxChannel, SurvivesARestart) {
  const TemporaryFolder folder;
  std::string id;
  {
    Inbox inbox({.folder = folder.path()});
    inbox.send_at(monday, 1);
    id = inbox.channel->list("", 1)->mails.at(0).id;
  }
  const Inbox inbox({.folder = folder.path()});
  const auto found = inbox.channel->find(id);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->subject, "Hello 1");
  EXPECT_THAT(inbox.subjects(), ::testing::ElementsAre("Hello 1"));
}

TEST(InboxChannel, ListsNewestFirstInPages) {
  const TemporaryFolder folder;
  Inbox inbox({.folder = folder.path()});
  for (std::uint64_t id = 1; id <= 5; ++id) {
    inbox.send_at(monday + Duration::seconds(static_cast<std::int64_t>(id)), id);
  }
  std::vector<std::string> subjects;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = inbox.channel->list(cursor, 2);
    ASSERT_TRUE(page);
    for (const CapturedMail& mail : page->mails) subjects.push_back(mail.subject);
    cursor = page->next;
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(subjects,
              ::testing::ElementsAre("Hello 5", "Hello 4", "Hello 3", "Hello 2", "Hello 1"));
}

TEST(InboxChannel, KeepsTheNewestUpToItsLimit) {
  const TemporaryFolder folder;
  Inbox inbox({.folder = folder.path(), .mails_max = 3});
  for (std::uint64_t id = 1; id <= 3; ++id) {
    inbox.send_at(monday + Duration::seconds(static_cast<std::int64_t>(id)), id);
  }
  EXPECT_EQ(folder.files(), 3);
  inbox.send_at(monday + Duration::seconds(4), 4);
  EXPECT_EQ(folder.files(), 3);
  EXPECT_THAT(inbox.subjects(), ::testing::ElementsAre("Hello 4", "Hello 3", "Hello 2"));
}

TEST(InboxChannel, IgnoresForeignFilesAndClearsUnfinishedOnes) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/notes.txt") << "mine";
  std::ofstream(folder.path() + "/letter.eml") << "Subject: mine\r\n\r\n";
  std::ofstream(folder.path() + "/000001772488200000-00000000000000000009.tmp") << "half";
  const Inbox inbox({.folder = folder.path()});
  EXPECT_THAT(inbox.subjects(), IsEmpty());
  EXPECT_EQ(folder.files(), 3);  // the unfinished name has other digits than ours
}

TEST(InboxChannel, RemovesWhatAnInterruptedWriteLeft) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/001772488200000-00000000000000000009.tmp") << "half";
  const Inbox inbox({.folder = folder.path()});
  EXPECT_THAT(inbox.subjects(), IsEmpty());
  EXPECT_EQ(folder.files(), 0);
}

TEST(InboxChannel, FindsNothingByIdsThatAreNotItsOwn) {
  const TemporaryFolder folder;
  const Inbox inbox({.folder = folder.path() + "/inbox"});
  std::ofstream(folder.path() + "/secret.eml") << "Subject: secret\r\n\r\n";
  for (const char* id : {"", "../secret", "..", "/etc/passwd", "001772488200000",
                         "001772488200000-00000000000000000009"}) {
    const auto found = inbox.channel->find(id);
    ASSERT_TRUE(found) << id;
    EXPECT_FALSE(*found) << id;
  }
}

TEST(InboxChannel, ForgetsEveryMailToAnAddressAndNoOther) {
  const TemporaryFolder folder;
  Inbox inbox({.folder = folder.path()});
  for (std::uint64_t id = 1; id <= 4; ++id) {
    Handoff handoff = sample_handoff(id);
    handoff.email.to = {.name = id == 1 ? "" : "Ana <VIP>",
                        .address = id % 2 == 1 ? "ana@example.com" : "banana@example.com"};
    ASSERT_EQ(inbox.send(std::move(handoff)).kind, Outcome::Kind::accepted);
  }
  EXPECT_TRUE(inbox.channel->forget("nobody@example.com"));
  EXPECT_TRUE(inbox.channel->forget("no address"));
  EXPECT_EQ(folder.files(), 4);
  EXPECT_TRUE(inbox.channel->forget("Ana@Example.com"));
  EXPECT_EQ(folder.files(), 2);
  EXPECT_THAT(inbox.subjects(), ::testing::ElementsAre("Hello 4", "Hello 2"));
}

TEST(InboxChannel, DefersWhereTheFolderCannotBeWritten) {
  const TemporaryFolder folder;
  Inbox inbox({.folder = folder.path() + "/inbox"});
  std::filesystem::remove_all(folder.path() + "/inbox");
  const Outcome outcome = inbox.send(sample_handoff(1));
  EXPECT_EQ(outcome.kind, Outcome::Kind::deferred);
  EXPECT_EQ(outcome.reason, "unreachable");
}

TEST(InboxChannel, IsNotMadeFromWrongOptions) {
  const ManualClock clock(monday);
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/file") << "x";
  EXPECT_FALSE(InboxChannel::create({.folder = folder.path() + "/file/inbox"}, clock));
  EXPECT_FALSE(InboxChannel::create({.folder = folder.path(), .mails_max = 0}, clock));
  EXPECT_FALSE(InboxChannel::create({.folder = folder.path(), .in_flight_max = 0}, clock));
}

TEST(InboxChannel, KeepsMailsSigned) {
  const TemporaryFolder folder;
  mime::MailSigner signer;
  const std::string pem = signer.generate(SenderKeys::Kind::ed25519)->pem;
  const std::string from = sample_handoff(1).email.from.address;
  ASSERT_TRUE(signer.use({{from.substr(from.find('@') + 1), "s1e", pem}}));
  Inbox inbox({.folder = folder.path(), .signer = &signer});
  EXPECT_EQ(inbox.send(sample_handoff(1)).kind, Outcome::Kind::accepted);
  const auto page = inbox.channel->list("", 1);
  ASSERT_TRUE(page);
  const auto mail = inbox.channel->find(page->mails.at(0).id);
  ASSERT_TRUE(mail && mail->has_value());
  EXPECT_TRUE((*mail)->raw.starts_with("DKIM-Signature: v=1; a=ed25519-sha256;"));
}

}  // namespace
}  // namespace sojourn::channels
