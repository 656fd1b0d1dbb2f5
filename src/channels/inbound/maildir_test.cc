#include "channels/inbound/maildir.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <vector>

namespace sojourn::channels::inbound {
namespace {

namespace fs = std::filesystem;

class MaildirTest : public testing::Test {
 protected:
  MaildirTest() {
    std::string name = (fs::temp_directory_path() / "sojourn-maildir-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    for (const char* part : {"new", "cur", "tmp"}) fs::create_directory(folder_ / part);
  }
  ~MaildirTest() override { fs::remove_all(folder_); }

  /// As a server delivers: written aside, then moved.
  void deliver(const std::string& name, std::string_view bytes) {
    std::ofstream(folder_ / "tmp" / name) << bytes;
    fs::rename(folder_ / "tmp" / name, folder_ / "new" / name);
  }

  std::unique_ptr<Maildir> start(std::map<std::string, Receipt> receipts,
                                 Duration retry_time = Duration::minutes(1)) {
    auto opened = Maildir::open({.folder = folder_.string(), .retry_time = retry_time},
                                [this, receipts](ReceivedMail mail, const Maildir::Answer& answer) {
                                  const std::lock_guard lock(mutex_);
                                  const auto found = receipts.find(mail.bytes);
                                  const bool again = found != receipts.end() &&
                                                     found->second == Receipt::later &&
                                                     asked_[mail.bytes]++ > 0;
                                  const bool known = found != receipts.end() && !again;
                                  taken_.push_back(mail.bytes);
                                  answer(known ? found->second : Receipt::taken);
                                  changed_.notify_all();
                                });
    EXPECT_TRUE(opened);
    (*opened)->start();
    return std::move(*opened);
  }

  /// The mails that were offered, once there are `count`.
  std::vector<std::string> await(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(
        changed_.wait_for(lock, std::chrono::seconds(10), [&] { return taken_.size() >= count; }));
    return taken_;
  }

  fs::path folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> taken_;
  std::map<std::string, int> asked_;
};

using Mails = std::vector<std::string>;

TEST_F(MaildirTest, TakesWhatIsThereInItsOrderAndWhatComes) {
  deliver("200.b.host", "second");
  deliver("100.a.host", "first");
  deliver(".hidden", "not a mail");
  auto maildir = start({});
  EXPECT_EQ(await(2), (Mails{"first", "second"}));
  deliver("300.c.host", "third");
  EXPECT_EQ(await(3), (Mails{"first", "second", "third"}));
  maildir.reset();
  EXPECT_TRUE(fs::exists(folder_ / "cur" / "100.a.host:2,S"));
  EXPECT_TRUE(fs::exists(folder_ / "cur" / "300.c.host:2,S"));
  EXPECT_TRUE(fs::exists(folder_ / "new" / ".hidden"));
}

TEST_F(MaildirTest, WhatIsNotOursIsLeftUnseenAndWhatFailedIsTriedAgain) {
  deliver("1.a", "theirs");
  deliver("2.b", "busy");
  auto maildir =
      start({{"theirs", Receipt::refused}, {"busy", Receipt::later}}, Duration::milliseconds(20));
  EXPECT_EQ(await(3), (Mails{"theirs", "busy", "busy"}));
  maildir.reset();
  EXPECT_TRUE(fs::exists(folder_ / "cur" / "1.a:2,"));
  EXPECT_TRUE(fs::exists(folder_ / "cur" / "2.b:2,S"));
  EXPECT_TRUE(fs::is_empty(folder_ / "new"));
}

TEST_F(MaildirTest, OtherFoldersAreRefused) {
  fs::remove(folder_ / "cur");
  const auto opened =
      Maildir::open({.folder = folder_.string()}, [](ReceivedMail, const Maildir::Answer&) {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "not_a_maildir");
}

}  // namespace
}  // namespace sojourn::channels::inbound
