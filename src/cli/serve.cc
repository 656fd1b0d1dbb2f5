#include "cli/serve.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "api/api.h"
#include "api/endpoints/backtest_work.h"
#include "api/routes.h"
#include "base/log.h"
#include "channels/connector/exchange_journal.h"
#include "channels/email/smtp_channel.h"
#include "channels/inbox/inbox_channel.h"
#include "channels/mail_dns/sender_dns_checks.h"
#include "channels/mime/mail_signer.h"
#include "channels/providers/provider_channel.h"
#include "channels/providers/report_reader.h"
#include "channels/webhook/webhook_caller.h"
#include "channels/webhook/webhook_poster.h"
#include "cli/asset_files.h"
#include "cli/embedded_files.h"
#include "cli/mail_intake.h"
#include "cli/secret.h"
#include "cli/workspace_folder.h"
#include "domain/simulation/scenario.h"
#include "net/dns.h"
#include "net/http_server.h"
#include "net/web_client.h"
#include "runtime/bulk_work.h"
#include "runtime/campaign_audience.h"
#include "runtime/campaigns.h"
#include "runtime/export_work.h"
#include "runtime/import_work.h"
#include "runtime/pictures.h"
#include "runtime/sender_domains.h"
#include "runtime/snapshot_work.h"
#include "runtime/undo_work.h"
#include "runtime/webhook_deliveries.h"
#include "runtime/webhook_keys.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn::cli {
namespace {

using channels::Channel;
using channels::email::SmtpChannel;
using channels::inbox::InboxChannel;
using channels::mail_dns::SenderDnsChecks;
using channels::providers::ProviderChannel;
using channels::webhook::WebhookCaller;
using channels::webhook::WebhookPoster;
using runtime::WorkspaceRuntime;

/// What requests and hand-offs in flight get to end in.
constexpr Duration stop_grace = Duration::seconds(10);
/// The same for webhook calls, which are repeated at the next start where it was not enough.
constexpr Duration webhook_grace = Duration::seconds(5);

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

Result<void> make_folder(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem) return failure("disk_failed", fmt::format("{}: {}", path, problem.message()));
  ::chmod(path.c_str(), 0700);
  return {};
}

/// The example workspaces: beside the documents of the program when it is installed, or in the
/// source tree that it was built from. Empty where there are none.
std::filesystem::path examples_folder() {
  std::error_code problem;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", problem);
  for (const char* place : {"../../examples", "../share/doc/sojourn/examples"}) {
    const std::filesystem::path folder = program.parent_path() / place;
    if (std::filesystem::is_directory(folder, problem)) return folder;
  }
  return {};
}

/// The folder of one example. Errors: `no_demo` with the names that there are.
Result<std::string> example_folder(const std::string& name) {
  std::vector<std::string> names;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(examples_folder(), problem)) {
    if (!std::filesystem::exists(entry.path() / "workspace.yaml", problem)) continue;
    names.push_back(entry.path().filename().string());
    if (names.back() == name) return entry.path().string();
  }
  if (names.empty()) return failure("no_demo", "the example workspaces are not installed");
  std::sort(names.begin(), names.end());
  return failure("no_demo", fmt::format("--demo: there is no example \"{}\"; there are {}", name,
                                        fmt::join(names, ", ")));
}

Result<void> publish_demo(runtime::Runtime& runtime, const std::string& name) {
  TRY(folder, example_folder(name));
  TRY(files, read_workspace_folder(folder));
  std::erase_if(files, [](const auto& file) {
    return file.path.ends_with(".scenario") || simulation::is_change(file.path);
  });
  TRY(pictures, asset_files(folder, files));
  for (const AssetFile& picture : pictures) {
    TRY_VOID(runtime::keep_picture(runtime, picture.bytes));
  }
  TRY(plan, runtime.apply(files, "demo"));
  if (!plan.problems.empty()) {
    return failure("no_demo", plan.problems.front().file + ": " + plan.problems.front().message);
  }
  return {};
}

class Program {
 public:
  explicit Program(ServerSettings settings) : settings_(std::move(settings)) {}

  /// Builds and starts every part, from the disk up.
  Result<void> start() {
    const std::string& folder = settings_.flags.data;
    // A wrong name is told before anything is made or has to be stopped again.
    if (!settings_.flags.demo.empty()) TRY_VOID(example_folder(settings_.flags.demo));
    TRY_VOID(make_folder(folder));
    TRY(key, load_master_key(settings_.secret, folder));
    TRY(store, open_store());
    store_ = std::move(store);

    // The server listens before the rest stands, so that its port is known to links in mails.
    TRY(server, net::HttpServer::create(server_options(), [this](auto&& request, auto&& reply) {
          (*api_)(std::move(request), std::move(reply));
        }));
    server_ = std::move(server);

    Result<std::unique_ptr<net::DnsClient>> dns =
        net::DnsClient::create({.servers = settings_.dns_servers});
    if (!dns) return failure(dns.error().code, "SOJOURN_DNS: " + dns.error().message);
    dns_ = std::move(*dns);
    mail_web_ =
        std::make_unique<net::WebClient>(net::WebClient::Options{.guard = settings_.mail_guard});
    sender_checks_ = std::make_unique<SenderDnsChecks>(
        *dns_, channels::mail_dns::fetch_mta_sts_over(*mail_web_), clock_,
        SenderDnsChecks::Options{.hosts = settings_.sends_from, .hello_name = own_mail_domain()});
    TRY_VOID(make_channel(folder));
    webhooks_ = std::make_unique<WebhookCaller>(
        WebhookCaller::Options{.guard = settings_.webhook_guard,
                               .signing_key = runtime::webhook_signing_key(key),
                               .user_agent = "Sojourn/" SOJOURN_VERSION},
        real_clock_);
    poster_ = std::make_unique<WebhookPoster>(
        WebhookPoster::Options{.guard = settings_.webhook_guard,
                               .user_agent = "Sojourn/" SOJOURN_VERSION},
        real_clock_);
    TRY(runtime,
        WorkspaceRuntime::open(
            {.store = *store_,
             .clock = clock_,
             .movable_clock = settings_.flags.virtual_clock ? &clock_ : nullptr,
             .channel = *channel_,
             .captured = inbox_,
             .master_key = key,
             .web_caller = [this](effects::CallWebhook call,
                                  auto done) { webhooks_->call(std::move(call), std::move(done)); },
             .changed =
                 [this] {
                   if (deliveries_ != nullptr) deliveries_->wake();
                 }},
            {.sender = {.public_url = settings_.public_url,
                        .listen_url = own_url(),
                        .from = settings_.from,
                        .postal_address = settings_.postal_address,
                        .captures_mail = settings_.smtp_url.empty(),
                        .return_domain = settings_.return_domain},
             .log = {.queue_max = settings_.queue_max},
             .outbox = {.steps_max = steps_max_}}));
    runtime_ = std::move(runtime);
    deliveries_ = std::make_unique<runtime::WebhookDeliveries>(
        *runtime_,
        [this](effects::WebPost post, auto done) {
          poster_->post(std::move(post), std::move(done));
        },
        runtime::WebhookDeliveries::Options{});
    TRY_VOID(add_jobs(folder));
    sender_domains_ = std::make_unique<runtime::SenderDomains>(*runtime_, signer_);
    // Before the first mail leaves, which start() lets it.
    TRY_VOID(sender_domains_->load());
    runtime_->start();
    deliveries_->start();
    TRY(bootstrapped, api::bootstrap(*runtime_, settings_.bootstrap));
    static_cast<void>(bootstrapped);
    const std::string& demo = settings_.flags.demo;
    if (!demo.empty() && runtime_->rules()->journeys().empty()) {
      TRY_VOID(publish_demo(*runtime_, demo));
    }
    TRY(made, api::Api::create(
                  {.runtime = *runtime_,
                   .transfers = *transfers_,
                   .sender_domains = *sender_domains_,
                   .sender_checks = *sender_checks_,
                   .captured_mails = inbox_,
                   .provider_hooks = report_reader_.get(),
                   .exchanges = report_reader_ == nullptr ? nullptr : &exchanges_,
                   .real_clock = real_clock_,
                   .web_files = web_files_,
                   .settings = {.public_url = settings_.public_url,
                                .trusted_proxies = settings_.trusted_proxies,
                                .version = SOJOURN_VERSION,
                                .sender_address = settings_.from.address,
                                .postal_address = settings_.postal_address,
                                .secret_file = settings_.secret.empty() ? folder + "/secret.key"
                                                                        : std::string(),
                                .demo = !settings_.flags.demo.empty(),
                                .captures_mail = settings_.smtp_url.empty()}}));
    api_ = std::move(made);
    if (!settings_.return_domain.empty()) {
      TRY(intake, MailIntake::create(*runtime_, {.domain = settings_.return_domain,
                                                 .smtp = settings_.return_smtp,
                                                 .maildir = settings_.return_maildir,
                                                 .imap = settings_.return_imap}));
      intake_ = std::move(intake);
      intake_->start();
      if (intake_->smtp_port() != 0) {
        log::info("listening for mail that comes back", {{"port", intake_->smtp_port()}});
      }
    }
    server_->start();
    return {};
  }

  [[nodiscard]] std::string own_url() const {
    const std::string& listen = settings_.flags.listen;
    return fmt::format("http://{}:{}", listen.substr(0, listen.rfind(':')), server_->port());
  }

  /// From the edge inwards: nobody is refused while the part behind still works.
  void stop() {
    if (server_ != nullptr) server_->stop(stop_grace);
    if (intake_ != nullptr) intake_->stop();
    if (report_reader_ != nullptr) report_reader_->stop();
    if (api_ != nullptr) api_->stop();
    if (sender_checks_ != nullptr) sender_checks_->stop();
    if (deliveries_ != nullptr) deliveries_->stop(webhook_grace);
    if (poster_ != nullptr) poster_->stop();
    // While the log still takes the answers of calls that end in time.
    if (webhooks_ != nullptr) webhooks_->stop(webhook_grace);
    if (runtime_ != nullptr) runtime_->stop(stop_grace);
  }

 private:
  [[nodiscard]] net::HttpServerOptions server_options() const {
    net::HttpServerOptions options;
    options.address = settings_.flags.listen;
    const unsigned cores = std::thread::hardware_concurrency();
    options.threads = cores > 2 ? cores - 1 : 1;  // one core is for the log and the engine
    options.body_bytes_max = api::body_limit();
    return options;
  }

  [[nodiscard]] Result<std::unique_ptr<store::Store>> open_store() const {
    if (settings_.postgres_url.empty()) {
      return store::sql::open_sqlite_store({.folder = settings_.flags.data});
    }
    return store::sql::open_postgres_store({.url = settings_.postgres_url});
  }

  /// The kinds of long work, before the first job can run.
  Result<void> add_jobs(const std::string& folder) {
    TRY(transfers, runtime::TransferFiles::open(folder + "/transfers"));
    transfers_ = std::move(transfers);
    runtime::Jobs& jobs = runtime_->jobs();
    jobs.add_kind(std::string(runtime::import_kind),
                  std::make_unique<runtime::ImportWork>(*runtime_, *transfers_));
    jobs.add_kind(std::string(runtime::undo_kind), std::make_unique<runtime::UndoWork>(*runtime_));
    jobs.add_kind(std::string(runtime::snapshot_kind),
                  std::make_unique<runtime::SnapshotWork>(*runtime_));
    jobs.add_kind(std::string(runtime::bulk_kind), std::make_unique<runtime::BulkWork>(*runtime_));
    jobs.add_kind(std::string(runtime::campaign_audience_kind),
                  std::make_unique<runtime::CampaignAudienceWork>(*runtime_));
    jobs.add_kind(std::string(runtime::export_kind),
                  std::make_unique<runtime::ExportWork>(*runtime_, *transfers_));
    jobs.add_kind(std::string(api::backtest_kind), std::make_unique<api::BacktestWork>(*runtime_));
    return {};
  }

  /// By what we greet other mail servers.
  [[nodiscard]] std::string own_mail_domain() const {
    const std::string& sender = settings_.from.address;
    return sender.substr(sender.rfind('@') + 1);
  }

  Result<void> make_channel(const std::string& folder) {
    if (settings_.smtp_url.empty()) {
      TRY(inbox, InboxChannel::create({.folder = folder + "/inbox", .signer = &signer_}, clock_));
      inbox_ = inbox.get();
      channel_ = std::move(inbox);
      return {};
    }
    if (channels::providers::is_provider_url(settings_.smtp_url)) {
      TRY(provider,
          ProviderChannel::create(
              {.url = settings_.smtp_url, .guard = settings_.mail_guard, .signer = &signer_},
              {.product = clock_, .real = real_clock_}, exchanges_));
      channel_ = std::move(provider);
      return make_report_reader();
    }
    const auto mta_sts = channels::mail_dns::fetch_mta_sts_over(*mail_web_);
    TRY(smtp, SmtpChannel::create({.url = settings_.smtp_url,
                                   .hello_name = own_mail_domain(),
                                   .signer = &signer_,
                                   .rules = settings_.reply_rules,
                                   .providers = settings_.providers,
                                   .guard = settings_.mail_guard,
                                   .dns = dns_.get(),
                                   .fetch_policy = mta_sts},
                                  clock_));
    steps_max_ = smtp->steps_max();
    channel_ = std::move(smtp);
    return {};
  }

  Result<void> make_report_reader() {
    auto reader = channels::providers::ReportReader::create({.url = settings_.smtp_url,
                                                             .key = settings_.provider_webhook_key,
                                                             .guard = settings_.mail_guard},
                                                            real_clock_);
    if (!reader) {
      return failure(reader.error().code,
                     "SOJOURN_PROVIDER_WEBHOOK_KEY: " + reader.error().message);
    }
    report_reader_ = std::move(*reader);
    return {};
  }

  ServerSettings settings_;
  SystemClock clock_;
  const SystemClock real_clock_;
  const api::WebFiles web_files_{embedded_files()};
  // In the order of need: what stands later uses what stands before.
  channels::mime::MailSigner signer_;
  channels::connector::ExchangeJournal exchanges_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<net::DnsClient> dns_;
  std::unique_ptr<net::WebClient> mail_web_;
  std::unique_ptr<SenderDnsChecks> sender_checks_;
  std::unique_ptr<Channel> channel_;
  std::optional<std::size_t> steps_max_;  // of channel_, see Outbox::Options
  std::unique_ptr<channels::providers::ReportReader> report_reader_;
  InboxChannel* inbox_ = nullptr;  // owned by channel_, where mails are captured
  std::unique_ptr<runtime::TransferFiles> transfers_;
  std::unique_ptr<WebhookCaller> webhooks_;
  std::unique_ptr<WebhookPoster> poster_;
  std::unique_ptr<WorkspaceRuntime> runtime_;
  std::unique_ptr<runtime::WebhookDeliveries> deliveries_;
  std::unique_ptr<runtime::SenderDomains> sender_domains_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<MailIntake> intake_;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace

int serve(const ServeFlags& flags) {
  // Blocked before any thread starts, so that only sigwait below takes them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  Result<ServerSettings> settings = read_settings(flags, environment_variable);
  if (!settings) {
    fmt::print(stderr, "sojourn: {}\n", settings.error().message);
    return 1;
  }
  Program program(std::move(*settings));
  const Result<void> started = program.start();
  if (!started) {
    fmt::print(stderr, "sojourn: {}\n", started.error().message);
    program.stop();
    return 1;
  }
  log::info("listening", {{"url", program.own_url()}});
  int received = 0;
  sigwait(&ends, &received);
  log::info("stopping");
  program.stop();
  return 0;
}

}  // namespace sojourn::cli
