#include "channels/inbound/imap_box.h"

#include <gtest/gtest.h>

#include <map>

namespace sojourn::channels::inbound {
namespace {

using Cursor = ImapBox::Cursor;

/// A server's mailbox in memory, which outlives those who look into it.
struct Server {
  struct Mail {
    std::string bytes;
    bool is_seen = false;
    std::string moved_to = {};
  };
  std::uint32_t validity = 7;
  std::map<std::uint32_t, Mail> mails;
  bool is_down = false;
  int fetches = 0;
};

class FakeMailbox final : public net::ImapMailbox {
 public:
  explicit FakeMailbox(Server& server) : server_(server) {}

  Result<std::uint32_t> uid_validity() override {
    if (server_.is_down) return failure("imap_unreachable", "down");
    return server_.validity;
  }
  Result<std::vector<std::uint32_t>> uids_from(std::uint32_t first) override {
    std::vector<std::uint32_t> uids;
    for (const auto& [uid, mail] : server_.mails) {
      if (uid >= first && mail.moved_to.empty()) uids.push_back(uid);
    }
    return uids;
  }
  Result<std::optional<std::string>> fetch(std::uint32_t uid_validity, std::uint32_t uid,
                                           std::size_t bytes_max) override {
    ++server_.fetches;
    const auto found = server_.mails.find(uid);
    if (uid_validity != server_.validity || found == server_.mails.end()) return std::nullopt;
    found->second.is_seen = true;
    return std::optional(found->second.bytes.substr(0, bytes_max));
  }
  Result<void> mark(std::uint32_t uid, Mark mark) override {
    server_.mails.at(uid).is_seen = mark == Mark::seen;
    return {};
  }
  Result<void> move(std::uint32_t uid, std::string_view mailbox) override {
    server_.mails.at(uid).moved_to = mailbox;
    return {};
  }
  void interrupt() override {}

 private:
  Server& server_;
};

class ImapBoxTest : public ::testing::Test {
 protected:
  ImapBox box(std::string move_to = {}) {
    return ImapBox(
        std::make_unique<FakeMailbox>(server_), {.name = "test", .move_to = std::move(move_to)},
        [this](const ReceivedMail& mail, const ImapBox::Answer& answer) {
          taken_.push_back(mail.bytes);
          answer(mail.bytes == "not ours" ? Receipt::refused : receipt_);
        },
        [this]() -> Result<Cursor> { return cursor_; },
        [this](const Cursor& cursor) -> Result<void> {
          if (save_fails_) return failure("disk_full", "full");
          cursor_ = cursor;
          return {};
        });
  }

  Server server_;
  Cursor cursor_;
  Receipt receipt_ = Receipt::taken;
  bool save_fails_ = false;
  std::vector<std::string> taken_;
};

using Taken = std::vector<std::string>;

TEST_F(ImapBoxTest, TakesEachMailOnceAlsoAfterARestart) {
  server_.mails = {{3, {"one"}}, {9, {"two"}}};
  EXPECT_TRUE(box().look());
  EXPECT_EQ(taken_, (Taken{"one", "two"}));
  EXPECT_EQ(cursor_, (Cursor{7, 9}));
  EXPECT_TRUE(server_.mails.at(3).is_seen);
  server_.mails[10] = {"three"};
  EXPECT_TRUE(box().look());
  EXPECT_EQ(taken_, (Taken{"one", "two", "three"}));
}

TEST_F(ImapBoxTest, LeavesUnseenWhatIsNotOurs) {
  server_.mails = {{1, {"not ours"}}, {2, {"ours"}}};
  EXPECT_TRUE(box("Taken").look());
  EXPECT_FALSE(server_.mails.at(1).is_seen);
  EXPECT_EQ(server_.mails.at(1).moved_to, "");
  EXPECT_EQ(server_.mails.at(2).moved_to, "Taken");
  EXPECT_EQ(cursor_.uid, 2u);
}

TEST_F(ImapBoxTest, StopsAtAMailThatCannotBeTakenAndBeginsThereAgain) {
  server_.mails = {{1, {"one"}}, {2, {"two"}}};
  receipt_ = Receipt::later;
  EXPECT_FALSE(box().look());
  EXPECT_EQ(cursor_, Cursor{});
  receipt_ = Receipt::taken;
  EXPECT_TRUE(box().look());
  EXPECT_EQ(taken_, (Taken{"one", "one", "two"}));
}

TEST_F(ImapBoxTest, TakesAMailAgainWhosePlaceCouldNotBeKept) {
  server_.mails = {{1, {"one"}}};
  save_fails_ = true;
  EXPECT_FALSE(box().look());
  save_fails_ = false;
  EXPECT_TRUE(box().look());
  EXPECT_EQ(taken_, (Taken{"one", "one"}));
}

TEST_F(ImapBoxTest, BeginsAnewWhereTheNumbersAreNewOnes) {
  server_.mails = {{5, {"one"}}};
  EXPECT_TRUE(box().look());
  server_.validity = 8;
  server_.mails = {{1, {"one"}}, {2, {"two"}}};
  EXPECT_TRUE(box().look());
  EXPECT_EQ(taken_, (Taken{"one", "one", "two"}));
  EXPECT_EQ(cursor_, (Cursor{8, 2}));
}

TEST_F(ImapBoxTest, SaysThatTheServerIsDown) {
  server_.is_down = true;
  const auto looked = box().look();
  ASSERT_FALSE(looked);
  EXPECT_EQ(looked.error().code, "imap_unreachable");
}

}  // namespace
}  // namespace sojourn::channels::inbound
