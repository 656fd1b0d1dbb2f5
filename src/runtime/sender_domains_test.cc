#include "runtime/sender_domains.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/ensure.h"
#include "channels/inbox/inbox_channel.h"
#include "runtime/testing/fake_sender_keys.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sojourn-keys-XXXXXX").string();
    ENSURE(mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path;
};

class SenderDomainsTest : public ::testing::Test {
 protected:
  SenderDomainsTest() { open(); }

  /// As after a stop, or a crash: what is in memory is gone.
  void open(HashKey master = HashKey{{1}}) {
    domains_.reset();
    runtime_.reset();
    channel_.reset();
    store_.reset();
    store_ = must(store::sql::open_sqlite_store(
        {.folder = folder_.path, .durability = store::Durability::planted_no_fsync}));
    channel_ =
        must(channels::inbox::InboxChannel::create({.folder = folder_.path + "/inbox"}, clock_));
    runtime_ = must(WorkspaceRuntime::open(
        {.store = *store_, .clock = clock_, .channel = *channel_, .master_key = master}, {}));
    domains_ = std::make_unique<SenderDomains>(*runtime_, signer_);
  }
  template <typename T>
  static T must(Result<T> result) {
    if (!result) ADD_FAILURE() << result.error().code << ": " << result.error().message;
    ENSURE(result.has_value());
    return std::move(*result);
  }
  static std::string code_of(const auto& result) { return result ? "none" : result.error().code; }
  /// `s1r rsa waiting`, of each key.
  static std::vector<std::string> keys_of(const SenderDomain& domain) {
    std::vector<std::string> lines;
    for (const SenderKey& key : domain.keys) {
      lines.push_back(key.selector + " " + key.kind + " " + std::string(name_of(key.state)));
    }
    return lines;
  }
  std::vector<store::SenderKeyRecord> stored() { return must(must(store_->view())->sender_keys()); }
  /// `actor action subject: detail`, newest first.
  std::vector<std::string> audit() {
    std::vector<std::string> lines;
    for (const store::AuditRecord& line : must(must(store_->view())->audit(std::nullopt, 100))) {
      lines.push_back(line.actor + " " + line.action + " " + line.subject + ": " + line.detail);
    }
    return lines;
  }

  TemporaryFolder folder_;
  ManualClock clock_{{1'772'000'000'000}};
  testing::FakeSenderKeys signer_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<channels::inbox::InboxChannel> channel_;
  std::unique_ptr<WorkspaceRuntime> runtime_;
  std::unique_ptr<SenderDomains> domains_;
};

TEST_F(SenderDomainsTest, NewKeysWaitUntilTheyAreActivated) {
  const SenderDomain added = must(domains_->add("Example.com", "ann"));
  EXPECT_EQ(added.domain, "example.com");
  EXPECT_EQ(added.state(), SenderDomain::State::waiting);
  EXPECT_THAT(keys_of(added), ElementsAre("s1e ed25519 waiting", "s1r rsa waiting"));
  EXPECT_EQ(added.keys[1].dns_record, "v=DKIM1; p=rsa 1");
  EXPECT_THAT(signer_.used(), IsEmpty());

  const SenderDomain active = must(domains_->activate("example.com", "bob"));
  EXPECT_EQ(active.state(), SenderDomain::State::signing);
  EXPECT_THAT(signer_.used(), ElementsAre("s1e of example.com: secret of ed25519 2",
                                          "s1r of example.com: secret of rsa 1"));
  EXPECT_THAT(audit(),
              ElementsAre("bob sender_domain.activate example.com: s1e signing, s1r signing",
                          "ann sender_domain.add example.com: s1r waiting, s1e waiting"));
}

TEST_F(SenderDomainsTest, ARestartSignsByTheSameKeys) {
  must(domains_->add("example.com", "ann"));
  must(domains_->activate("example.com", "ann"));
  const std::vector<std::string> before = signer_.used();
  ASSERT_THAT(before, SizeIs(2));
  ASSERT_TRUE(signer_.use({}));
  open();
  ASSERT_TRUE(domains_->load());
  EXPECT_EQ(signer_.used(), before);
}

TEST_F(SenderDomainsTest, PrivateKeysAreNotInTheStoreAsTheyAre) {
  must(domains_->add("example.com", "ann"));
  ASSERT_THAT(stored(), SizeIs(2));
  for (const store::SenderKeyRecord& record : stored()) {
    EXPECT_THAT(record.sealed, Not(HasSubstr("secret")));
    EXPECT_FALSE(record.sealed.empty());
  }
}

TEST_F(SenderDomainsTest, AnotherMasterKeyOrAMovedKeyIsNoStart) {
  must(domains_->add("example.com", "ann"));
  must(domains_->activate("example.com", "ann"));
  open(HashKey{{2}});
  const Result<void> loaded = domains_->load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, "secret_not_opened");
  EXPECT_EQ(loaded.error().value, "example.com");

  // Somebody who can write to the store, and not read the key, gives it to another domain.
  open();
  store::SenderKeyRecord moved = stored().front();
  moved.domain = "example.org";
  ASSERT_TRUE(runtime_->write(
      [&](store::StateTransaction& transaction) { return transaction.put_sender_key(moved); }));
  EXPECT_EQ(code_of(domains_->load()), "secret_not_opened");
}

TEST_F(SenderDomainsTest, RotationSignsByTheOldKeysUntilTheNextAreActivated) {
  must(domains_->add("example.com", "ann"));
  must(domains_->activate("example.com", "ann"));
  const std::vector<std::string> old = signer_.used();
  clock_.advance(Duration::days(1));

  const SenderDomain rotating = must(domains_->rotate("example.com", "ann"));
  EXPECT_EQ(rotating.state(), SenderDomain::State::rotating);
  EXPECT_THAT(keys_of(rotating), ElementsAre("s1e ed25519 signing", "s1r rsa signing",
                                             "s2e ed25519 waiting", "s2r rsa waiting"));
  EXPECT_EQ(signer_.used(), old);

  const SenderDomain rotated = must(domains_->activate("example.com", "ann"));
  EXPECT_EQ(rotated.state(), SenderDomain::State::signing);
  EXPECT_THAT(keys_of(rotated), ElementsAre("s1e ed25519 retired", "s1r rsa retired",
                                            "s2e ed25519 signing", "s2r rsa signing"));
  EXPECT_THAT(signer_.used(), ElementsAre("s2e of example.com: secret of ed25519 4",
                                          "s2r of example.com: secret of rsa 3"));
  for (const store::SenderKeyRecord& record : stored()) {
    EXPECT_EQ(record.sealed.empty(), record.state == "retired") << record.selector;
  }
}

TEST_F(SenderDomainsTest, RetiredKeysAreListedForSevenDays) {
  must(domains_->add("example.com", "ann"));
  must(domains_->activate("example.com", "ann"));
  must(domains_->rotate("example.com", "ann"));
  must(domains_->activate("example.com", "ann"));
  clock_.advance(SenderDomains::retired_listed - Duration::milliseconds(1));
  EXPECT_THAT(must(domains_->find("example.com")).keys, SizeIs(4));
  clock_.advance(Duration::milliseconds(1));
  EXPECT_THAT(must(domains_->find("example.com")).keys, SizeIs(2));
  // The next change takes them out of the store.
  EXPECT_THAT(stored(), SizeIs(4));
  must(domains_->add("example.org", "ann"));
  EXPECT_THAT(stored(), SizeIs(4));
  EXPECT_THAT(must(domains_->find("example.com")).keys, SizeIs(2));
}

TEST_F(SenderDomainsTest, RepeatedCommandsChangeNothing) {
  must(domains_->add("example.com", "ann"));
  must(domains_->activate("example.com", "ann"));
  const std::size_t lines = audit().size();
  EXPECT_THAT(keys_of(must(domains_->activate("example.com", "ann"))),
              ElementsAre("s1e ed25519 signing", "s1r rsa signing"));
  EXPECT_EQ(audit().size(), lines);
  const auto waiting = keys_of(must(domains_->rotate("example.com", "ann")));
  EXPECT_EQ(keys_of(must(domains_->rotate("example.com", "ann"))), waiting);
  EXPECT_EQ(audit().size(), lines + 1);

  const auto again = domains_->add("EXAMPLE.com", "ann");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "sender_domain_exists");
  EXPECT_EQ(again.error().field, "domain");
  EXPECT_EQ(again.error().value, "example.com");
}

TEST_F(SenderDomainsTest, ARemovedDomainSignsNothingAndItsSelectorsAreNotUsedAgain) {
  must(domains_->add("example.com", "ann"));
  must(domains_->activate("example.com", "ann"));
  must(domains_->add("example.org", "ann"));
  ASSERT_TRUE(domains_->remove("example.com", "ann"));
  EXPECT_THAT(signer_.used(), IsEmpty());
  EXPECT_THAT(must(domains_->list()), SizeIs(1));
  EXPECT_EQ(code_of(domains_->find("example.com")), "unknown_sender_domain");
  EXPECT_EQ(code_of(domains_->remove("example.com", "ann")), "unknown_sender_domain");
  EXPECT_EQ(code_of(domains_->activate("example.com", "ann")), "unknown_sender_domain");
  EXPECT_EQ(code_of(domains_->rotate("example.com", "ann")), "unknown_sender_domain");
  EXPECT_THAT(keys_of(must(domains_->add("example.com", "ann"))),
              ElementsAre("s3e ed25519 waiting", "s3r rsa waiting"));
}

TEST_F(SenderDomainsTest, AWorkspaceHasSoManyDomains) {
  for (std::size_t i = 0; i < SenderDomains::domains_max; ++i) {
    must(domains_->add("d" + std::to_string(i) + ".example", "ann"));
  }
  const auto more = domains_->add("more.example", "ann");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, "too_many_sender_domains");
  EXPECT_EQ(more.error().value, "more.example");
  EXPECT_EQ(more.error().limit, "50");
  ASSERT_TRUE(domains_->remove("d0.example", "ann"));
  EXPECT_TRUE(domains_->add("more.example", "ann"));
}

TEST_F(SenderDomainsTest, ADomainHasSoManyKeysUntilTheRetiredOnesHaveHadTheirTime) {
  must(domains_->add("example.com", "ann"));
  must(domains_->activate("example.com", "ann"));
  for (std::size_t keys = 2; keys < SenderDomains::keys_max; keys += 2) {
    must(domains_->rotate("example.com", "ann"));
    must(domains_->activate("example.com", "ann"));
  }
  const auto more = domains_->rotate("example.com", "ann");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, "too_many_sender_keys");
  EXPECT_EQ(more.error().limit, "24");
  clock_.advance(SenderDomains::retired_listed);
  EXPECT_TRUE(domains_->rotate("example.com", "ann"));
}

TEST_F(SenderDomainsTest, AKeyThatCannotBeMadeLeavesNothing) {
  signer_.fails = Error{.code = "key_not_generated", .message = "no entropy"};
  EXPECT_EQ(code_of(domains_->add("example.com", "ann")), "key_not_generated");
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_EQ(code_of(domains_->add("localhost", "ann")), "invalid_domain");
}

}  // namespace
}  // namespace sojourn::runtime
