#pragma once

/// For the tests of this folder: a runtime that notes what it is asked, over a real store in a
/// temporary folder, and a way to call the Api without a socket.

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/api.h"
#include "base/ensure.h"
#include "base/json.h"
#include "channels/sender_checks.h"
#include "domain/events/event_codec.h"
#include "domain/reaction/rules.h"
#include "net/mailbox.h"
#include "runtime/audience.h"
#include "runtime/jobs.h"
#include "runtime/runtime.h"
#include "runtime/sender_domains.h"
#include "runtime/testing/fake_sender_keys.h"
#include "runtime/transfer_files.h"
#include "store/sql/open.h"

namespace sojourn::api::testing {

inline constexpr Timestamp start_time{1'800'000'000'000};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sojourn-api-XXXXXX").string();
    ENSURE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class FakeRuntime final : public runtime::Runtime, public runtime::AudienceKeeper {
 public:
  FakeRuntime() {
    Result<std::unique_ptr<store::Store>> opened = store::sql::open_sqlite_store(
        {.folder = folder_.path(), .durability = store::Durability::planted_no_fsync});
    ENSURE(opened.has_value());
    store_ = std::move(*opened);
    Result<std::unique_ptr<runtime::TransferFiles>> files =
        runtime::TransferFiles::open(folder_.path() + "/transfers");
    ENSURE(files.has_value());
    transfers_ = std::move(*files);
    rules_ = reaction::Rules::compile({}).rules;
    audience_ =
        std::make_unique<runtime::Audience>(*store_, clock_, key_, [this] { return rules(); });
  }

  Result<void> submit(std::vector<events::Event> events, Done done) override {
    if (refuses) return tl::unexpected(*refuses);
    {
      const std::lock_guard lock(mutex_);
      for (events::Event& event : events) submitted_.push_back(std::move(event));
      if (holds) {
        held_.push_back(std::move(done));
        return {};
      }
    }
    if (on_submit) on_submit();
    done(disk_fails ? Result<void>(tl::unexpected<Error>(*disk_fails)) : Result<void>());
    return {};
  }

  Result<runtime::DefinitionPlan> plan(const runtime::DefinitionRequest& request) override {
    requested = request;
    return planned;
  }
  Result<runtime::DefinitionPlan> apply(const runtime::DefinitionRequest& request,
                                        const std::string& by) override {
    requested = request;
    applied_files = request.files;
    applied_inside = request.inside;
    actor = by;
    return planned;
  }
  Result<void> pause_journey(const std::string& key, const std::string& by) override {
    paused_journey = key;
    actor = by;
    return {};
  }
  Result<void> resume_journey(const std::string& key, const journeys::Overdue& choice,
                              const std::string& by) override {
    paused_journey.clear();
    resumed_journey = key;
    overdue = choice;
    actor = by;
    return {};
  }
  Result<void> declare_winner(const reaction::Declaration& declaration) override {
    declared = declaration;
    return {};
  }
  [[nodiscard]] std::shared_ptr<const reaction::Rules> rules() const override { return rules_; }
  [[nodiscard]] runtime::BackfillState backfill() const override { return backfilling; }
  Result<void> cancel_backfill(const std::string& by) override {
    if (!backfilling.active) return failure("no_backfill", "nothing is being built");
    backfilling.active = false;
    backfilling.cancelled = true;
    actor = by;
    return {};
  }
  Result<void> start_backfill(const std::string& by) override {
    if (!backfilling.cancelled) return failure("nothing_to_build", "everything is complete");
    backfilling.active = true;
    backfilling.cancelled = false;
    actor = by;
    return {};
  }
  Result<void> change_suppressions(const std::vector<runtime::SuppressionChange>& changes,
                                   const std::string& by) override {
    suppressions.insert(suppressions.end(), changes.begin(), changes.end());
    actor = by;
    return {};
  }
  Result<bool> erase(const contacts::ContactId& id, const std::string& by) override {
    erased = id;
    actor = by;
    return true;
  }
  Result<std::size_t> erase_all(const std::vector<contacts::ContactId>& ids,
                                const std::string& by) override {
    for (const contacts::ContactId& id : ids) TRY_VOID(erase(id, by));
    return ids.size();
  }
  Result<void> stop_sending(const std::string& reason, const std::string& by) override {
    sending_state = {.stopped = true, .reason = reason, .since = clock_.now()};
    actor = by;
    return {};
  }
  Result<void> resume_sending(const std::string& by) override {
    sending_state = {};
    actor = by;
    return {};
  }
  [[nodiscard]] runtime::SendingState sending() const override { return sending_state; }
  Result<void> write(std::function<Result<void>(store::StateTransaction&)> change) override {
    const std::lock_guard lock(write_mutex_);
    TRY(transaction, store_->begin());
    TRY_VOID(change(*transaction));
    return transaction->commit();
  }
  Result<void> change_campaigns(
      std::function<Result<void>(store::StateTransaction&)> change) override {
    return write(std::move(change));
  }
  /// Without a thread: tests step it.
  [[nodiscard]] runtime::Jobs& jobs() override { return jobs_; }
  Result<Timestamp> advance_clock(Timestamp to) override {
    clock_.set(to);
    return to;
  }
  [[nodiscard]] bool clock_is_virtual() const override { return virtual_clock; }
  [[nodiscard]] const Clock& clock() const override { return clock_; }
  [[nodiscard]] store::Store& store() override { return *store_; }
  [[nodiscard]] runtime::Audience& audience() override { return *audience_; }
  [[nodiscard]] std::shared_ptr<void> tail(TailListener listener) override {
    const std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
    return std::shared_ptr<void>(this, [](void* self) {
      auto* runtime = static_cast<FakeRuntime*>(self);
      const std::lock_guard held(runtime->mutex_);
      runtime->listener_ = nullptr;
    });
  }
  [[nodiscard]] Gauges gauges() const override { return {}; }
  [[nodiscard]] bool ready() const override { return is_ready; }
  [[nodiscard]] const HashKey& master_key() const override { return key_; }

  [[nodiscard]] std::vector<events::Event> submitted() const {
    const std::lock_guard lock(mutex_);
    return submitted_;
  }
  [[nodiscard]] bool is_listened_to() const {
    const std::lock_guard lock(mutex_);
    return listener_ != nullptr;
  }
  void emit(const std::vector<runtime::TailEvent>& events) {
    const std::lock_guard lock(mutex_);
    if (listener_) listener_(events);
  }
  /// Answers what was held back.
  void release() {
    std::vector<Done> released;
    {
      const std::lock_guard lock(mutex_);
      released.swap(held_);
    }
    for (Done& done : released) done({});
  }
  void set_rules(const std::vector<reaction::DefinitionSource>& sources,
                 const reaction::FactGenerations& generations = {}) {
    reaction::Rules::Compiled compiled = reaction::Rules::compile(sources, "UTC", generations);
    ASSERT_TRUE(compiled.problems.empty()) << compiled.problems.front().message;
    rules_ = std::move(compiled.rules);
  }
  void put_rules(std::shared_ptr<const reaction::Rules> rules) { rules_ = std::move(rules); }
  ManualClock& manual_clock() { return clock_; }
  runtime::TransferFiles& transfers() { return *transfers_; }

  std::optional<Error> refuses;
  std::optional<Error> disk_fails;
  bool holds = false;
  std::function<void()> on_submit;  ///< called before the answer
  std::string paused_journey;
  reaction::Declaration declared;
  std::string resumed_journey;
  journeys::Overdue overdue;
  bool virtual_clock = false;
  bool is_ready = true;
  runtime::DefinitionPlan planned;
  std::optional<runtime::DefinitionRequest> requested;  ///< the last that was planned or applied
  std::vector<runtime::DefinitionFile> applied_files;
  std::map<std::string, journeys::Inside, std::less<>> applied_inside;
  std::string actor;
  std::optional<contacts::ContactId> erased;
  std::vector<runtime::SuppressionChange> suppressions;
  runtime::SendingState sending_state;
  runtime::BackfillState backfilling;

 private:
  TemporaryFolder folder_;
  ManualClock clock_{start_time};
  const HashKey key_{{1, 2, 3}};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<runtime::TransferFiles> transfers_;
  std::shared_ptr<const reaction::Rules> rules_;
  mutable std::mutex mutex_;
  std::mutex write_mutex_;
  std::vector<events::Event> submitted_;  // guarded by mutex_
  std::vector<Done> held_;                // guarded by mutex_
  TailListener listener_;                 // guarded by mutex_
  runtime::Jobs jobs_{*this};
  // Last, as its thread uses the others.
  std::unique_ptr<runtime::Audience> audience_;
};

/// The other end of a reply.
class Client {
 public:
  Client() : mailbox_(std::make_shared<net::Mailbox>([] {}, 1 << 20)) {}

  [[nodiscard]] net::Reply reply() { return net::Reply(mailbox_, {}, 0); }

  [[nodiscard]] bool has_answer() {
    look();
    return !letters_.empty();
  }
  /// Waits, within bounds, for the answer.
  [[nodiscard]] net::Response answer() {
    wait();
    if (letters_.empty()) return {.status = 0};
    net::Response* response = std::get_if<net::Response>(&letters_.front().content);
    return response == nullptr ? net::Response{.status = -1} : *response;
  }
  [[nodiscard]] std::shared_ptr<net::StreamState> stream() {
    wait();
    if (letters_.empty()) return nullptr;
    auto* opening = std::get_if<net::StreamOpening>(&letters_.front().content);
    return opening == nullptr ? nullptr : opening->stream;
  }

 private:
  void look() {
    std::vector<net::Letter> taken;
    while (mailbox_->take(taken)) {
      for (net::Letter& letter : taken) letters_.push_back(std::move(letter));
      taken.clear();
    }
  }
  void wait() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (letters_.empty() && std::chrono::steady_clock::now() < end) {
      look();
      std::this_thread::yield();
    }
  }

  // Shared, as Reply wants it.
  std::shared_ptr<net::Mailbox> mailbox_;
  std::vector<net::Letter> letters_;
};

/// What a test sends beside method and path.
struct Asked {
  net::Headers headers = {};
  std::string body = {};
  std::string query = {};
  std::string peer = "192.0.2.77";
};

/// Finds at once what a test tells it.
class FakeSenderChecks final : public channels::SenderChecks {
 public:
  Result<void> check(Request request, Done done) override {
    if (fails) return tl::unexpected(*fails);
    requested = std::move(request);
    done(findings);
    return {};
  }
  std::optional<Error> fails;
  std::vector<channels::SenderFinding> findings;
  Request requested;  ///< the last one
};

/// An Api over a FakeRuntime, with one key of each kind.
class ApiTest : public ::testing::Test {
 protected:
  static constexpr std::string_view server_key = "sk_server";
  static constexpr std::string_view browser_key = "bk_browser";
  static constexpr std::string_view api_key = "ak_api";
  static constexpr PasswordCost cheap{.memory_bytes = 8192, .passes = 1};

  /// Also for tests that want other settings or other keys: call it first.
  void open(Settings settings = {}) {
    settings.password_cost = cheap;
    settings.version = "1.2.3";
    Result<std::unique_ptr<Api>> made = Api::create({.runtime = runtime_,
                                                     .transfers = runtime_.transfers(),
                                                     .sender_domains = sender_domains_,
                                                     .sender_checks = sender_checks_,
                                                     .captured_mails = mails_,
                                                     .provider_hooks = provider_hooks_,
                                                     .exchanges = exchanges_,
                                                     .real_clock = real_clock_,
                                                     .web_files = web_files_,
                                                     .settings = std::move(settings)});
    ASSERT_TRUE(made) << made.error().message;
    api_ = std::move(*made);
  }
  void add_keys() {
    const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
      const std::pair<KeyKind, std::string_view> keys[] = {
          {KeyKind::server, server_key}, {KeyKind::browser, browser_key}, {KeyKind::api, api_key}};
      for (const auto& [kind, key] : keys) {
        TRY(record, describe_access_key(runtime_.master_key(), kind, key, start_time));
        TRY_VOID(transaction.put_access_key(record));
      }
      return {};
    };
    ASSERT_TRUE(runtime_.write(change));
  }

  [[nodiscard]] static net::Request request(net::Method method, std::string_view path,
                                            Asked asked = {}) {
    net::Request made{.method = method,
                      .path = std::string(path),
                      .query = std::move(asked.query),
                      .headers = std::move(asked.headers),
                      .body = std::move(asked.body),
                      .peer_address = std::move(asked.peer)};
    if (!made.header("Host")) made.headers.add("Host", "sojourn.example");
    return made;
  }
  [[nodiscard]] net::Response send(net::Request made) {
    if (api_ == nullptr) {
      add_keys();
      open();
    }
    Client client;
    (*api_)(std::move(made), client.reply());
    return client.answer();
  }
  [[nodiscard]] net::Response send(net::Method method, std::string_view path, Asked asked = {}) {
    return send(request(method, path, std::move(asked)));
  }
  /// With the API key.
  [[nodiscard]] net::Response get(std::string_view path, std::string query = {}) {
    return send(net::Method::get, path,
                {.headers = {{"Authorization", "Bearer ak_api"}}, .query = std::move(query)});
  }
  [[nodiscard]] net::Response post(std::string_view path, std::string body) {
    return send(
        net::Method::post, path,
        {.headers = {{"Authorization", "Bearer ak_api"}, {"Content-Type", "application/json"}},
         .body = std::move(body)});
  }

  [[nodiscard]] static Value body_of(const net::Response& response) {
    Result<Value> value = parse_json(response.body);
    EXPECT_TRUE(value) << response.status << " " << response.body;
    return value ? *value : Value();
  }
  /// The value at a dotted path of the body, as JSON; `absent` where there is none.
  [[nodiscard]] static std::string at(const net::Response& response, std::string_view path) {
    const Value body = body_of(response);
    const Object* object = body.as_object();
    const Value* value = object == nullptr ? nullptr : find_path(*object, path);
    return value == nullptr ? "absent" : to_json(*value);
  }
  [[nodiscard]] static std::string code_of(const net::Response& response) {
    const std::string code = at(response, "code");
    return code.size() > 2 ? code.substr(1, code.size() - 2) : code;
  }

  FakeRuntime runtime_;
  runtime::testing::FakeSenderKeys signer_;
  runtime::SenderDomains sender_domains_{runtime_, signer_};
  FakeSenderChecks sender_checks_;
  ManualClock real_clock_{start_time};
  WebFiles web_files_{{}};
  const channels::CapturedMails* mails_ = nullptr;
  channels::ProviderHooks* provider_hooks_ = nullptr;
  const channels::Exchanges* exchanges_ = nullptr;
  std::unique_ptr<Api> api_;
};

}  // namespace sojourn::api::testing
